"""JUnit's XML, as build servers read it: a suite for each student and lab."""

import re
from xml.etree import ElementTree as Xml

from kit.checking.verdict import Outcome, Result
from kit.grading.results import ClassResults, LabResult, State
from kit.report.words import finding_in_words

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SKIPPED = {Outcome.NOT_TRIED, Outcome.NOT_ATTEMPTED}


def text(results: ClassResults) -> str:
    """Return a test case for each check, and one for each lab that was not graded."""
    root = Xml.Element("testsuites", name="Roundtrip")
    for one in results.students:
        for lab in one.labs:
            _suite(root, one.student.name, lab)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: Xml.Element, student: str, lab: LabResult) -> None:
    checks = lab.verdict.results if lab.verdict else ()
    broken = sum(check.outcome is Outcome.CHECKER_BROKE for check in checks)
    skipped = sum(check.outcome in SKIPPED for check in checks)
    passed = sum(check.passed for check in checks)
    suite = Xml.SubElement(
        root,
        "testsuite",
        name=_clean(f"{student}: {lab.title}"),
        tests=str(len(checks) or 1),
        failures=str(len(checks) - broken - skipped - passed),
        errors=str(broken + (not checks and lab.state is not State.MISSING)),
        skipped=str(skipped + (not checks and lab.state is State.MISSING)),
    )
    for check in checks:
        _case(suite, check, student)
    if not checks:
        case = Xml.SubElement(suite, "testcase", name=_clean(lab.title), classname=_clean(student))
        kind = "skipped" if lab.state is State.MISSING else "error"
        Xml.SubElement(case, kind, message=str(lab.state))


def _case(suite: Xml.Element, check: Result, student: str) -> None:
    case = Xml.SubElement(
        suite,
        "testcase",
        name=_clean(check.title),
        classname=_clean(f"{student}.{check.check}"),
        time=f"{check.seconds:.3f}",
    )
    if check.passed:
        return
    kind = "skipped" if check.outcome in SKIPPED else "failure"
    kind = "error" if check.outcome is Outcome.CHECKER_BROKE else kind
    told = Xml.SubElement(case, kind, message=str(check.outcome))
    found = check.finding
    told.text = _clean(check.detail)
    if found:
        told.set("type", found.cause.name)
        told.text = _clean("\n".join(finding_in_words(found, found.did)))


def _clean(text: str) -> str:
    return NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
