"""prefect.yaml: what `prefect deploy --all` makes of it can be run by a worker."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.utilities.templating import apply_values

from flows.options import Options
from tasks.dataset import DatasetError, open_dataset
from tasks.read import NoSuchSourceError, records
from tests.flows.conftest import write_stories

ROOT = Path(__file__).parent.parent.parent
FILE = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))
DEPLOYMENTS = {deployment["name"]: deployment for deployment in FILE["deployments"]}
PLACES = ("WIREDESK_INBOX", "WIREDESK_DATASET")


def parameters(name: str) -> dict[str, Any]:
    """A deployment's parameters as `prefect deploy` fills them in from the environment."""
    return apply_values(DEPLOYMENTS[name]["parameters"], {})


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_flow_takes_the_parameters_of_its_deployment(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = write_stories(tmp_path / "inbox", 1)
    monkeypatch.setenv("WIREDESK_INBOX", str(inbox))
    monkeypatch.setenv("WIREDESK_DATASET", str(tmp_path / "desk"))
    flow: Flow[..., Any] = load_flow_from_entrypoint(DEPLOYMENTS[name]["entrypoint"])
    given = flow.validate_parameters(parameters(name))
    assert open_dataset(given["dataset"], create=True).root == tmp_path / "desk"
    if "sources" in given:
        assert len(list(records(given["sources"]))) == 1
        assert isinstance(given.get("options", Options()), Options)


def test_a_place_that_is_not_set_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PLACES:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NoSuchSourceError):
        records(parameters("wiredesk")["sources"])
    for name in DEPLOYMENTS:
        with pytest.raises(DatasetError):
            open_dataset(parameters(name)["dataset"], create=True)


def test_nothing_is_asked_about_where_the_code_is() -> None:
    assert FILE["pull"] == []
    assert all(":" not in deployment["entrypoint"] for deployment in DEPLOYMENTS.values())  # a file's path would need a pull step


def readme() -> list[list[str]]:
    """The commands of the README that deploy and start a worker."""
    return [shlex.split(line) for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.startswith("prefect ")]


@pytest.mark.slow
def test_a_worker_runs_what_the_readme_deploys(prefect: str, tmp_path: Path) -> None:
    inbox, desk = write_stories(tmp_path / "inbox", 3), tmp_path / "desk"
    environment = os.environ | {"PREFECT_API_URL": prefect, "WIREDESK_INBOX": str(inbox), "WIREDESK_DATASET": str(desk)}

    def run(command: list[str], folder: Path = ROOT) -> str:
        program = [sys.executable, "-m", *command]
        done = subprocess.run(program, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    *deploy, worker = readme()
    for command in deploy:
        run(command)
    for runs, deployment in enumerate(("ingest/wiredesk", "compact/compact"), 1):
        run(["prefect", "deployment", "run", deployment])
        said = ""
        while len(list(desk.glob("_runs/*.json"))) < runs:
            said += run([*worker, "--run-once"], tmp_path)
            assert "Crashed" not in said
            assert "Failed" not in said, said
    flows = [json.loads(path.read_text())["flow"] for path in sorted(desk.glob("_runs/*.json"))]
    assert (flows, len(list(desk.glob("documents/[0-9a-f]*.parquet")))) == (["ingest", "compact"], 1)
