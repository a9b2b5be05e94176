"""What every PACE understands: the instrument, units, zero, status.

Source: Druck SCPI remote communications manual K0472.  Not simulated: the aeronautical commands,
programs of INST:TASK, and adjustment by CAL:PRES:VAL.
"""

from collections.abc import Callable

from simulators.druck_pace.panel import PacePanel
from simulators.druck_pace.rows import (
    LARGEST,
    Row,
    between,
    decimal,
    kept,
    whole,
    write_flag,
    write_list,
    zeroing,
)
from simulators.druck_pace.specification import BAR, BAROMETER, UNIT_LIST
from simulators.language.scpi_errors import ScpiError
from simulators.language.scpi_parameters import (
    Kind,
    Token,
    boolean,
    quoted,
    string,
    word,
)

PASSWORD = 2317100  # documented, the same in all of them
LONGEST_UNIT_NAME = 8
MAC = '"00-D0-1C-0B-1B-1A"'
SUPPLY_RANGES = {1: None, 2: "20.00barg", 3: "2.00barg", 4: BAROMETER}  # 2, 3: a choice
CALIBRATED = ("2009, 11, 21", "2009, 11, 17")
TASKS = ("BASIC", "LEAKTEST", "SWITCHTEST", "PRESET", "DIVIDER", "BURSTTEST", "TESTPROGRAM")


def _catalogue(panel: PacePanel, module: int = 1) -> str:
    return ",".join(quoted(name) for name in panel.manifold(module).module.ranges)


def _limits(panel: PacePanel, module: int = 1) -> str:
    found = panel.manifold(module).module
    upper, lower = found.limits(found.gauge_range)
    return f"{quoted(found.gauge_range)}, {decimal(upper)}, {decimal(lower)}"


def _sensor_range(panel: PacePanel, sensor: int = 1) -> str:
    module, place = divmod(sensor - 1, 4)
    found = panel.manifold(module + 1).module
    return quoted(SUPPLY_RANGES[place + 1] or found.gauge_range)


def _full_scale(panel: PacePanel, sensor: int = 1) -> str:
    return decimal(panel.manifold((sensor - 1) // 4 + 1).module.full_scale / BAR)


def _unit(panel: PacePanel, module: int = 1) -> str:
    panel.manifold(module)
    return panel.units[module - 1]


def _set_unit(panel: PacePanel, module: int, name: str) -> None:
    panel.manifold(module)
    unit = name.replace("_PER_", "/")
    if unit not in UNIT_LIST:
        raise ScpiError(-224)
    panel.units[module - 1] = unit


def _unit_name(token: Token) -> str:
    if token.kind is not Kind.WORD:
        raise ScpiError(-104)
    return token.text


def _user_unit(panel: PacePanel, module: int = 1, which: int = 1) -> str:
    unit = panel.user_units[which - 1]
    return f"{quoted(unit.name)}, {decimal(unit.pascals)}"


def _set_user_unit(panel: PacePanel, module: int, which: int, name: str, pascals: float) -> None:
    if len(name) > LONGEST_UNIT_NAME:
        raise ScpiError(-223)
    unit = panel.user_units[which - 1]
    unit.name, unit.pascals = name, pascals


def _zero(panel: PacePanel, module: int, begin: bool) -> None:
    manifold = panel.manifold(module)
    if begin:
        manifold.start_zero(panel.cursor)
    else:
        manifold.abort_zero()


def _points(panel: PacePanel, module: int = 1) -> str:
    panel.manifold(module)
    if not panel.kept.get(("CEN", ()), False):
        raise ScpiError(-203)
    return "3"


def _password(*, enable: bool) -> Callable[[PacePanel, int], None]:
    def check(panel: PacePanel, number: int) -> None:
        if number != PASSWORD:
            raise ScpiError(-224)
        panel.kept["CEN", ()] = enable

    return check


def _event(panel: PacePanel, module: int = 1) -> str:
    panel.manifold(module)
    return str(panel.reports.pressure[module - 1].read_event())


def _condition(panel: PacePanel, module: int = 1) -> str:
    panel.manifold(module)
    return str(panel.reports.pressure[module - 1].condition)


def _enabled(panel: PacePanel, module: int = 1) -> str:
    panel.manifold(module)
    return str(panel.reports.pressure[module - 1].enable)


def _enable(panel: PacePanel, module: int, mask: int) -> None:
    panel.manifold(module)
    panel.reports.pressure[module - 1].enable = mask


def _enable_operation(panel: PacePanel, mask: int) -> None:
    panel.reports.operation.enable = mask


def _preset(panel: PacePanel) -> None:
    for register in (*panel.reports.pressure, panel.reports.operation):
        register.preset()


def _enable_events(panel: PacePanel, mask: int) -> None:
    panel.reports.status.event_enable = mask


def _enable_requests(panel: PacePanel, mask: int) -> None:
    panel.reports.status.service_enable = mask & ~0x40


def _requests_as_text(panel: PacePanel, on: bool) -> None:
    panel.texts_requests = on


def _identity(panel: PacePanel) -> str:
    instrument = panel.instrument
    return f"GE Druck,{instrument.name},{panel.serial},{instrument.firmware}"


def _serial(panel: PacePanel, board: int = 1) -> str:
    """Answer the serial number of a board; 0: not fitted."""
    if board == 1:
        return panel.serial
    fitted = board - 1 <= len(panel.modules.manifolds) and board <= 3
    return f"{int(panel.serial) + board - 1}" if fitted and panel.serial.isdigit() else "0"


def _version(panel: PacePanel, item: int = 1) -> str:
    return '"00.01.09"' if item == 1 else '""'


def _calibrated(panel: PacePanel, sensor: int = 1, which: int = 1) -> str:
    panel.manifold((sensor - 1) // 4 + 1)
    return CALIBRATED[min(which, len(CALIBRATED)) - 1]


def _local(panel: PacePanel) -> None:
    panel.remote = False


def _stay_remote(panel: PacePanel) -> None:
    """Do nothing more: every command makes the instrument remote."""


_mask = between(0, 255, whole)
_register = between(0, 32767, whole)

COMMON = (
    Row("INSTrument:CATalog#2", _catalogue, header=":INST:CAT{}:"),
    Row("INSTrument:CATalog#2:ALL", _catalogue),
    Row("INSTrument[:LIMits#2]", _limits),
    Row("INSTrument:SENSe#8", _sensor_range),
    Row("INSTrument:SENSe#8:CALDate#10", _calibrated),
    Row("INSTrument:SENSe#8:FULLscale", _full_scale),
    Row("INSTrument:SENSe#8:NEGCalibration", lambda panel, sensor=1: "1"),
    Row("INSTrument:SENSe#8:SN", lambda panel, sensor=1: _serial(panel, 2)),
    Row("INSTrument:SN#7", _serial),
    Row("INSTrument:MAC", lambda panel: MAC),
    Row("INSTrument:VERSion#15", _version),
    kept("INSTrument:TASK", "BASIC", word(*TASKS)),
    Row("INSTrument:UNIT#32", lambda panel, number=1: UNIT_LIST[number - 1]),
    Row("UNIT#2[:PRESsure]", _unit, _set_unit, (_unit_name,)),
    Row(
        "UNIT#2:PRESsure:DEFine#4", _user_unit, _set_user_unit, (string, between(1e-9, LARGEST))
    ),
    Row("CALibration#2[:PRESsure]:ZERO:AUTO", zeroing, _zero, (boolean,)),
    kept("CALibration#2[:PRESsure]:ZERO:TIME", 1, between(1, 999, whole)),
    kept("CALibration#2[:PRESsure]:ZERO:TIME:STATe", False, boolean, write=write_flag),
    Row("CALibration#2[:PRESsure]:POINts", _points),
    Row("SYSTem:PASSword:CENable", None, _password(enable=True), (whole,)),
    Row("SYSTem:PASSword:CDISable", None, _password(enable=False), (whole,)),
    Row(
        "SYSTem:PASSword:CENable:STATe",
        lambda panel: str(int(bool(panel.kept.get(("CEN", ()), False)))),
    ),
    Row("SYSTem:ERRor", lambda panel: panel.reports.next_error()),
    kept(
        "SYSTem:DATE", (9, 5, 2), between(0, 2099, whole), between(1, 12, whole),
        between(1, 31, whole), write=write_list,
    ),
    kept(
        "SYSTem:TIME", (10, 8, 44), between(0, 23, whole), between(0, 59, whole),
        between(0, 59, whole), write=write_list,
    ),
    kept("SYSTem:AREA", "EUR", word("EUR", "USA", "JAP", "ASIA", "ROW")),
    Row("SYSTem:VERSion", lambda panel: "1995.0"),
    kept("SYSTem:COMMunicate:SERial:BAUD", 9600, between(2400, 115200, whole)),
    kept(
        "SYSTem:COMMunicate:SERial[:TYPE]:PARity", "NONE", word("NONE", "ODD", "EVEN")
    ),
    kept("SYSTem:COMMunicate:SERial:CONTrol:RTS", False, boolean, write=write_flag),
    kept(
        "SYSTem:COMMunicate:SERial:CONTrol:XONXoff", 0, between(0, 2, whole),
        header=":SYST:COMM:SER:CONT",
    ),
    kept("SYSTem:COMMunicate:GPIB[:SELF]:ADDRess", 16, between(0, 30, whole)),
    Row("LOCal", None, _local), Row("GTL", None, _local),
    Row("REMote", None, _stay_remote), Row("LLO", None, _stay_remote),
    Row(
        "SRQ:ENABle", lambda panel: str(int(panel.texts_requests)), _requests_as_text, (boolean,)
    ),
    Row("STATus:OPERation:PRESsure#2[:EVENt]", _event),
    Row("STATus:OPERation:PRESsure#2:CONDition", _condition),
    Row("STATus:OPERation:PRESsure#2:ENABle", _enabled, _enable, (_register,)),
    Row("STATus:OPERation[:EVENt]", lambda panel: str(panel.reports.operation.read_event())),
    Row("STATus:OPERation:CONDition", lambda panel: str(panel.reports.operation.condition)),
    Row(
        "STATus:OPERation:ENABle", lambda panel: str(panel.reports.operation.enable),
        _enable_operation, (_register,),
    ),
    Row("STATus:PRESet", None, _preset),
    Row("*IDN", _identity), Row("*TST", lambda panel: "1"), Row("*WAI", None, _stay_remote),
    Row("*OPC", lambda panel: "1", _stay_remote),
    Row("*CLS", None, lambda panel: panel.reports.clear()),
    Row("*ESE", lambda panel: str(panel.reports.status.event_enable), _enable_events, (_mask,)),
    Row("*ESR", lambda panel: str(int(panel.reports.status.read_event()))),
    Row("*SRE", lambda panel: str(panel.reports.status.service_enable), _enable_requests, (_mask,)),
    Row("*STB", lambda panel: str(panel.reports.read_byte())),
)  # fmt: skip  # fmt: skip
