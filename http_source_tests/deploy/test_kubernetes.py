"""The manifests of deploy/kubernetes as kustomize renders them, judged by Kubernetes' schemas: no cluster runs here."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from http_source.assembly.loading import load_config
from http_source_tests.deploy.units import DEPLOY, ROOT
from http_source_tests.real_servers import pypi

KUBERNETES = DEPLOY / "kubernetes"
OLDEST_KUBERNETES = "1.29"
RUNS_END_SECONDS = 8
KUBECTL_MINOR = 22
"""Of the first kubectl 1.x whose kustomize (4.2) knows `replacements`; Debian 12 has 1.20."""


@cache
def rendered(folder: str) -> str:
    """What `kubectl apply -k` would send."""
    if not shutil.which("kubectl"):
        pytest.skip("kubectl is missing: install it to run this test; `kubectl kustomize` needs no cluster")
    if (minor := kubectl_minor()) < KUBECTL_MINOR:
        pytest.skip(f"kubectl 1.{minor} is too old for the kustomize files: install 1.{KUBECTL_MINOR} or later to run this test")
    done = subprocess.run(["kubectl", "kustomize", KUBERNETES / folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def kubectl_minor() -> int:
    """The second number of the version of kubectl that is installed, which may be followed by a `+`."""
    done = subprocess.run(["kubectl", "version", "--client", "--output=json"], capture_output=True, text=True, check=True)
    return int(re.findall(r"\d+", json.loads(done.stdout)["clientVersion"]["minor"])[0])


def objects(folder: str, kind: str) -> dict[str, Any]:
    """Objects of a kind by their names."""
    return {each["metadata"]["name"]: each for each in yaml.safe_load_all(rendered(folder)) if each["kind"] == kind}


def pods(folder: str) -> dict[str, Any]:
    return {name: each["spec"]["template"]["spec"]
            for kind in ("Deployment", "StatefulSet") for name, each in objects(folder, kind).items()}


def judge(file: Path, version: str) -> None:
    """Fails with what the schemas of that version have against a file."""
    command = [str(programs() / "kubernetes-validate"), "--strict", "-k", version, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def programs() -> Path:
    """Dagster's launcher and Kubernetes' schemas, 350 MB with what they need."""
    (version,) = re.findall(r"^dagster-k8s==(.+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    return pypi.installed("dagster-k8s", version, "kubernetes-validate==1.37.0")


def job_of_a_run(tags: Mapping[str, str]) -> Any:
    """What the launcher would send to the cluster."""
    program = Path(__file__).with_name("job_of_a_run.py")
    given = json.dumps({"settings": settings(), "tags": tags})
    done = subprocess.run([programs() / "python", program], input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.servers
@pytest.mark.long
@pytest.mark.parametrize("version", [OLDEST_KUBERNETES, "1.37"])
@pytest.mark.parametrize("folder", ["base", "try"])
def test_all_objects_are_what_kubernetes_schemas_say(tmp_path: Path, folder: str, version: str) -> None:
    (file := tmp_path / "all.yaml").write_text(rendered(folder), encoding="utf-8")
    judge(file, version)


@pytest.mark.servers
@pytest.mark.long
def test_dagster_s_launcher_makes_of_a_run_a_pod_that_is_shut_in_with_what_its_tags_ask_for(tmp_path: Path) -> None:
    asked = {"container_config": {"resources": {"requests": {"cpu": "250m"}, "limits": {"memory": "1Gi"}}}}
    job = job_of_a_run({"dagster-k8s/config": json.dumps(asked)})
    (tmp_path / "job.yaml").write_text(yaml.safe_dump(job), encoding="utf-8")
    judge(tmp_path / "job.yaml", "1.37")

    pod, code = job["spec"]["template"]["spec"], pods("base")["code"]
    (container,) = pod["containers"]
    assert container["resources"] == {"requests": {"cpu": "250m", "memory": "192Mi"}, "limits": {"memory": "1Gi"}}
    assert (pod["securityContext"], container["securityContext"]) == (code["securityContext"], code["containers"][0]["securityContext"])
    # A run reads the same connectors and secrets as the code server.
    assert {"connectors", "secrets", "tmp"} == {mount["name"] for mount in container["volumeMounts"]}
    assert all(source in container["envFrom"] for source in code["containers"][0]["envFrom"])
    assert pod["terminationGracePeriodSeconds"] > RUNS_END_SECONDS


@pytest.mark.servers
@pytest.mark.parametrize("name", ["code", "daemon", "webserver", "postgresql"])
def test_a_pod_is_shut_in_and_limited(name: str) -> None:
    pod = pods("try")[name]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
    assert "memory" in container["resources"]["limits"]


@pytest.mark.servers
def test_b181_pods_have_time_to_end() -> None:
    launcher = settings()["run_launcher"]["config"]["run_k8s_config"]["pod_spec_config"]
    graces = [pod["terminationGracePeriodSeconds"] for pod in pods("base").values()]
    assert min(*graces, launcher["termination_grace_period_seconds"]) > RUNS_END_SECONDS


@pytest.mark.servers
def test_there_is_one_daemon_at_most() -> None:
    daemon = objects("base", "Deployment")["daemon"]["spec"]
    assert (daemon["replicas"], daemon["strategy"]) == (1, {"type": "Recreate"})


@pytest.mark.servers
def test_pods_of_runs_have_the_image_of_the_code_server() -> None:
    (container,) = pods("base")["code"]["containers"]
    assert {"name": "DAGSTER_CURRENT_IMAGE", "value": container["image"]} in container["env"]


@pytest.mark.servers
def test_what_pods_and_runs_name_is_there() -> None:
    maps, secrets = objects("try", "ConfigMap"), objects("try", "Secret")
    launcher = settings()["run_launcher"]["config"]
    volumes = [*launcher["volumes"], *(volume for pod in pods("try").values() for volume in pod["volumes"])]
    assert {volume["configMap"]["name"] for volume in volumes if "configMap" in volume} <= maps.keys()
    assert {volume["secret"]["secretName"] for volume in volumes if "secret" in volume} <= secrets.keys()
    assert {launcher["instance_config_map"], *launcher["env_config_maps"]} <= maps.keys()
    assert set(launcher["env_secrets"]) <= secrets.keys()
    assert launcher["service_account_name"] in objects("try", "ServiceAccount")


def test_runs_on_kubernetes_have_the_settings_of_postgresql() -> None:
    plain = yaml.safe_load((DEPLOY / "postgresql" / "dagster.yaml").read_text(encoding="utf-8"))
    assert {name: value for name, value in settings().items() if name != "run_launcher"} == plain


def test_the_sample_connector_reads_its_secrets_from_the_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mounted = "/etc/http-source/secrets"
    text = (KUBERNETES / "base" / "connectors" / "orders.json").read_text(encoding="utf-8")
    (tmp_path / "orders-password").write_text("hush", encoding="utf-8")
    (file := tmp_path / "orders.json").write_text(text.replace(mounted, str(tmp_path)), encoding="utf-8")
    monkeypatch.setenv("ORDERS_USER", "me")
    assert mounted in text
    assert load_config(file).config.name == "orders"


@pytest.mark.servers
def test_the_values_for_dagster_s_chart_say_what_the_manifests_say() -> None:
    values = yaml.safe_load((KUBERNETES / "helm" / "values.yaml").read_text(encoding="utf-8"))
    pod = pods("base")["code"]
    (code,) = values["dagster-user-deployments"]["deployments"]
    for part in (code, values["dagsterWebserver"], values["dagsterDaemon"]):
        assert part["podSecurityContext"] == pod["securityContext"]
        assert part["securityContext"] == pod["containers"][0]["securityContext"]
    launcher, expected = values["runLauncher"]["config"]["k8sRunLauncher"], settings()["run_launcher"]["config"]
    assert launcher["resources"] == expected["resources"]
    grace = launcher["runK8sConfig"]["podSpecConfig"]["terminationGracePeriodSeconds"]
    assert grace == expected["run_k8s_config"]["pod_spec_config"]["termination_grace_period_seconds"]
    shown, monitoring = values["dagsterDaemon"]["runMonitoring"], settings()["run_monitoring"]
    assert (shown["pollIntervalSeconds"], shown["startTimeoutSeconds"]) == (
        monitoring["poll_interval_seconds"], monitoring["start_timeout_seconds"])
    queue = values["dagsterDaemon"]["runCoordinator"]["config"]["queuedRunCoordinator"]
    assert (queue["maxConcurrentRuns"], queue["tagConcurrencyLimits"]) == tuple(settings()["concurrency"]["runs"].values())


def settings() -> Any:
    """Dagster's settings in the cluster."""
    return yaml.safe_load((KUBERNETES / "base" / "dagster.yaml").read_text(encoding="utf-8"))
