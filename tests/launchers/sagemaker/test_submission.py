from __future__ import annotations

import json

from genie3_engine.datasets.store import dataset_folder, open_dataset
from genie3_engine.launchers.sagemaker.options import SageMakerOptions
from genie3_engine.launchers.sagemaker.state import TrainingState
from genie3_engine.launchers.sagemaker.submission import settled, shipment
from genie3_engine.launchers.shared_run import cargo_of


def sent(spec):
    options = settled(SageMakerOptions.from_dict(spec.launcher_options))
    return shipment(cargo_of(spec, None), TrainingState(options, "key"))


def test_shipment__uploads_data_program_and_settings(spec_of):
    plan = sent(spec_of(instances=3))
    assert {item.what for item in plan.items} >= {"the program", "the expression", "the settings"}
    assert plan.request["ResourceConfig"]["InstanceCount"] == 3


def test_shipment__uploads_the_sample_sheet_of_the_data(spec_of, home):
    spec = spec_of()
    sheet = {"block": ["x"] * open_dataset(spec.dataset).n_samples}
    path = dataset_folder(spec.dataset) / "dataset.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "sheet": sheet}))
    item = next(each for each in sent(spec).items if each.what == "names of genes and samples")
    assert json.loads(item.content)["sheet"] == sheet
