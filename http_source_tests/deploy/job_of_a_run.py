"""A program for an environment with dagster-k8s: writes the Job that K8sRunLauncher makes of a run, by settings and tags from its input.

Only where the cluster is, and Dagster's storage, are other ones than in the settings.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

# A cluster that is never asked.
_CLUSTER = {
    "apiVersion": "v1", "kind": "Config", "current-context": "here",
    "clusters": [{"name": "here", "cluster": {"server": "http://127.0.0.1:1"}}],
    "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me"}}], "users": [{"name": "me", "user": {}}],
}


def main() -> None:
    wanted = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as home, dg.DagsterInstance.from_config(write(Path(home), wanted["settings"])) as instance:
        json.dump(job_of(instance.run_launcher, wanted["tags"]), sys.stdout)


def write(home: Path, settings: dict[str, Any]) -> str:
    """Make a DAGSTER_HOME."""
    (home / "cluster").write_text(yaml.safe_dump(_CLUSTER), encoding="utf-8")
    settings["run_launcher"]["config"] |= {"load_incluster_config": False, "kubeconfig_file": str(home / "cluster")}
    settings["storage"] = {"sqlite": {"base_dir": str(home)}}
    (home / "dagster.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return str(home)


def job_of(launcher: Any, tags: dict[str, str]) -> Any:
    import kubernetes  # noqa: PLC0415 - is in that environment only
    from dagster_k8s.job import construct_dagster_k8s_job  # noqa: PLC0415

    context = launcher.get_container_context_for_run(dg.DagsterRun(job_name="orders_poll", tags=tags))
    config = context.get_k8s_job_config("registry.example.com/http-source:0.1.0", launcher)
    asked = context.run_k8s_config
    job = construct_dagster_k8s_job(config, ["dagster", "api", "execute_run"], "run", user_defined_k8s_config=asked, pod_name="run")
    return kubernetes.client.ApiClient().sanitize_for_serialization(job)


if __name__ == "__main__":
    main()
