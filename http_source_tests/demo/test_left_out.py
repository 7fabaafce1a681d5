"""Without the extra `registry` the demo shows the connectors that need none, and says what it goes without."""

import json
import subprocess
import sys
from pathlib import Path

from http_source.config.extras import EXTRAS, REGISTRY
from http_source.demo.options import DemoOptions

SHOWN = """
import json, sys
sys.modules.update(dict.fromkeys(json.loads(sys.argv[1])))
from pathlib import Path
from http_source.demo.workplace import entities_of, left_out, prepare
connectors, folder = map(Path, sys.argv[2:])
prepare(folder, connectors, "http://127.0.0.1:1")
print(json.dumps([
    sorted({entity.connector for entity in entities_of(connectors)}),
    sorted(file.stem for file in (folder / "connectors").iterdir()),
    {file.stem: findings[0].message for file, findings in left_out(connectors).items()},
]))
"""


def test_b240_the_demo_goes_without_what_is_not_installed(tmp_path: Path) -> None:
    lacking = json.dumps(list(EXTRAS[REGISTRY].values()))
    command = [sys.executable, "-c", SHOWN, lacking, str(DemoOptions().connectors), str(tmp_path)]
    watched, copied, absent = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert watched == copied == ["objects", "search", "spaces"]
    said = "output.data.format=AVRO needs attrs, authlib, cachetools and 4 more, which are not installed; run pip install"
    assert absent == {"invoices": f'{said} "http-source[registry]".'}
