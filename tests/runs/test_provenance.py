from harness.runs.provenance import provenance


def test_provenance_tells_what_made_a_run() -> None:
    record = provenance(["a=1"], {"bootstrap": 13})
    assert record["overrides"] == ["a=1"]
    assert record["seeds"] == {"bootstrap": 13}
    assert {"python", "numpy", "mlflow"} <= record["versions"].keys()  # type: ignore[attr-defined]
