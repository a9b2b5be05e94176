"""PyMeasure's drivers in our roles: the documented example, word for word."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from drivers.capabilities import DcVoltmeter
from drivers.catalogue import model_of, models
from drivers.dialogue import Dialogue
from drivers.errors import (
    InstrumentError,
    InstrumentRefused,
    NotConfigured,
    Overload,
    UnexpectedReply,
    UnknownModel,
)
from drivers.link.recorded import RecordedLink
from drivers.pymeasure import DialogueAdapter, refusals
from tests.drivers.peers import RealClock

# PyMeasure warns of its own Keithley 2000 driver.
pytestmark = pytest.mark.filterwarnings("ignore:It is not known whether:FutureWarning")

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
CONFIGURED = [
    (":CONF:VOLT:DC", None),
    (":SENS:VOLT:RANG:AUTO 0;:SENS:VOLT:RANG 10", None),
    (":SENS:VOLT:NPLC 10", None),
    (":SENS:VOLT:RANG?", "10.000000"),
]


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    name = "keithley_by_pymeasure"
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


def dialogue_of(*exchanges: tuple[str, str | None]) -> Dialogue:
    return Dialogue("dut", lambda: RecordedLink(exchanges), RealClock())


def test_the_example_measures(example: ModuleType) -> None:
    meter = example.KeithleyByPyMeasure(
        dialogue_of(*CONFIGURED, (":READ?", "+1.000012E+01"), (":READ?", "+1.000013E+01"))
    )
    assert isinstance(meter, DcVoltmeter)
    meter.configure_dc_voltage(10.0)
    readings = [meter.read() for _ in range(2)]
    assert [one.value for one in readings] == [10.00012, 10.00013]
    assert [one.raw for one in readings] == ["+1.000012E+01", "+1.000013E+01"]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        pytest.param("+9.9E37", Overload, id="overload"),
        pytest.param("-9.900000E+37", Overload, id="negative overload"),
        pytest.param("garbage", UnexpectedReply, id="text"),
        pytest.param("", UnexpectedReply, id="nothing"),
        pytest.param("1.0,2.0", UnexpectedReply, id="two numbers"),
        pytest.param("nan", UnexpectedReply, id="not a number"),
    ],
)
def test_what_is_no_reading_is_none(
    example: ModuleType, reply: str, kind: type[InstrumentError]
) -> None:
    meter = example.KeithleyByPyMeasure(dialogue_of(*CONFIGURED, (":READ?", reply)))
    meter.configure_dc_voltage(10.0)
    with pytest.raises(kind):
        meter.read()


def test_a_range_that_pymeasure_limits_is_refused(example: ModuleType) -> None:
    limited = [
        (":CONF:VOLT:DC", None),
        (":SENS:VOLT:RANG:AUTO 0;:SENS:VOLT:RANG 1010", None),
        (":SENS:VOLT:NPLC 10", None),
        (":SENS:VOLT:RANG?", "1000"),
    ]
    meter = example.KeithleyByPyMeasure(dialogue_of(*limited))
    with pytest.raises(InstrumentRefused, match="range 2000 V"):
        meter.configure_dc_voltage(2000.0)
    with pytest.raises(NotConfigured):
        meter.read()


def test_a_value_that_pymeasure_will_not_send_is_a_refusal(example: ModuleType) -> None:
    meter = example.KeithleyByPyMeasure(dialogue_of())
    with pytest.raises(InstrumentRefused, match="not sent"), refusals(meter.dialogue):
        meter.meter.mode = "voltage of the weather"


def test_a_question_that_was_not_read_does_not_answer_the_next() -> None:
    adapter = DialogueAdapter(dialogue_of(("A?", "1"), ("B?", "2")))
    adapter.write("A?")
    adapter.write("B?")
    assert adapter.read() == "2"


def test_a_reply_to_no_question_is_an_error() -> None:
    adapter = DialogueAdapter(dialogue_of(("SET 1", None)))
    adapter.write("SET 1")
    with pytest.raises(UnexpectedReply, match="no question"):
        adapter.read()


def test_an_installed_package_adds_its_models(
    example: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "laboratory-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: laboratory\nVersion: 1.0\n")
    points = package / "entry_points.txt"
    points.write_text("[station.drivers]\nkeithley = keithley_by_pymeasure:MODELS\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert model_of("keithley-2000-by-pymeasure").title == "Keithley 2000 through PyMeasure"
    with pytest.raises(UnknownModel, match="Did you mean 'keithley-2000-by-pymeasure'"):
        model_of("keithley-2000-by-pymeasur")
    points.write_text("[station.drivers]\nbroken = no_such_module:MODELS\n")
    with pytest.raises(UnknownModel, match=r"'broken' .* cannot be loaded: No module named"):
        models()
    assert model_of("fluke-5522a").title  # ours are there all the same
    points.write_text("[station.drivers]\nours = drivers.models:MODELS\n")
    with pytest.raises(UnknownModel, match="names it again"):
        models()
