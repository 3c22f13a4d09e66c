"""The report of a load test: a JSON document, a CSV of the samples, and a page with plots."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ackb.domain.files import write_atomically
from ackb.domain.home import Home
from ackb.html.model import Language
from ackb.html.page import render
from ackb.load import service
from ackb.load.conduct import Findings
from ackb.load.course import Row
from ackb.load.divided import Divided
from ackb.load.page import page
from ackb.load.wording import Wording, replicas

_DIGITS: Final = 4


def document(
    stack: str, region: str, findings: Findings, divided: Sequence[Divided]
) -> dict[str, Any]:
    """Everything that the test found, as JSON values."""
    scaler, begun = findings.autoscaler, findings.course.begun
    return {
        "stack": stack,
        "region": region,
        "target": "sandbox",
        "simulated": True,
        "begun": datetime.fromtimestamp(begun, UTC).isoformat("T", "seconds"),
        "workload": {"kind": findings.workload.kind, "name": findings.workload.text},
        "profile": {
            **asdict(findings.profile),
            "points": [list(at) for at in findings.profile.points],
        },
        "demand": asdict(findings.demand),
        "model": {
            key: value for key, value in service.settings().items() if key.endswith("_source")
        },
        "speed": findings.pace.speed,
        "divided": [asdict(one) for one in divided],
        "autoscaler": None
        if scaler is None
        else {
            "name": scaler.name,
            "min": scaler.minimum,
            "max": scaler.maximum,
            "targets": [asdict(one) for one in scaler.targets],
            "not_compared": list(scaler.other_metrics),
        },
        "settled": findings.course.settled,
        "summary": _rounded(asdict(findings.summary)),
        "samples": [_sample(row) for row in findings.course.rows],
        "decisions": [
            {
                **asdict(one),
                "seconds": round((one.at - begun) * findings.pace.speed, 1),
                "agrees": one.agrees,
            }
            for one in findings.decisions
        ],
        "events": [
            {**one, "seconds": round((one["at"] - begun) * findings.pace.speed, 1)}
            for one in findings.events
        ],
    }


def folder(home: Home, stack: str, wanted: Path | None, now: datetime | None = None) -> Path:
    """Where the report goes: the folder asked for, or a new one in the home."""
    if wanted is not None:
        return wanted
    at = now or datetime.now(UTC)
    return home.root / "reports" / f"load-{stack}-{at:%Y%m%d-%H%M%S}"


def write(
    where: Path, found: dict[str, Any], findings: Findings, language: Language = "en"
) -> dict[str, str]:
    """Write `report.html` in a language, `report.json` and `samples.csv`; returns their paths.

    Raises:
        OSError: the folder cannot be written.
    """
    where.mkdir(parents=True, exist_ok=True)
    texts = {
        "html": ("report.html", render(page(found, language))),
        "json": ("report.json", json.dumps(found, indent=1, ensure_ascii=False) + "\n"),
        "csv": ("samples.csv", _csv(findings.course.rows)),
    }
    for name, text in texts.values():
        write_atomically(where / name, text)
    return {kind: str(where / name) for kind, (name, _) in texts.items()}


def lines(found: dict[str, Any], files: dict[str, str], language: Language = "en") -> list[str]:
    """What the terminal says in the end."""
    words, numbers = Wording(language), found["summary"]
    labelled = {
        "load": words.load(found),
        "replicas": replicas(numbers["replicas"]),
        "ready": words(
            "line.ready.value",
            ready=numbers["peak_ready"],
            eci=numbers["peak_eci"],
            lag=f"{numbers['longest_lag_seconds']:.0f}",
        ),
        "success": words(
            "line.success.value",
            success=words.percent(numbers["success"]),
            lowest=words.percent(numbers["lowest_success"]),
        ),
        "response": words(
            "line.response.value",
            mean=words.seconds(numbers["mean_seconds"]),
            p95=words.seconds(numbers["worst_p95_seconds"]),
            tps=f"{numbers['peak_tps']:.0f}",
        ),
        "cost": words.cost(numbers["ecs_cost"], numbers["eci_cost"]),
        "report": files["html"],
    }
    said = [f"{words(f'line.{name}'):<15}{value}" for name, value in labelled.items()]
    return [*said, *words.verdict(found)]


def _sample(row: Row) -> dict[str, Any]:
    return {**_rounded(asdict(row)), "ready": row.ready}


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: round(value, _DIGITS) if isinstance(value, float) else value
        for key, value in values.items()
    }


def _csv(rows: Sequence[Row]) -> str:
    text = io.StringIO(newline="")
    names = [*(field.name for field in fields(Row)), "ready"]
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_sample(row) for row in rows)
    return text.getvalue()
