"""Reports as sources send them, made here; the pictures in them are markers, never pictures."""

import base64
import json

MARKER = b"planted-marker-of-a-picture"
PICTURE = base64.b64encode(b"\xff\xd8\xff\xe0" + MARKER * 40).decode()
SMALL = base64.b64encode(b"\x89PNG\r\n\x1a\n" + MARKER).decode()
PDQ, NEAR, FAR = "0f" * 32, "0f" * 31 + "0e", "3c" * 16 + "f0" * 16


def tip(
    number: int = 1,
    *,
    md5: str = "ab" * 16,
    pdq: str = PDQ,
    incident: str = "Online Enticement of Children for Sexual Acts",
    user: str = "u-77",
    more: str = "",
    at: str = "2026-10-20T10:00:00Z",
    note: str = "",
) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<report xmlns="https://report.cybertip.org/ispws/xsd">
 <reportId>{number}</reportId>
 <incidentSummary><incidentType>{incident}</incidentType><incidentDateTime>{at}</incidentDateTime>
 </incidentSummary>
 <personOrUserReported>
  <personOrUserReportedPerson><firstName>Jane</firstName><lastName>Roe</lastName>
   <email>Someone@mail.example</email></personOrUserReportedPerson>
  <espIdentifier>{user}</espIdentifier><espService>Chatter</espService><screenName>kit</screenName>
  <ipCaptureEvent><ipAddress>193.0.0.7</ipAddress><dateTime>{at}</dateTime></ipCaptureEvent>
  <estimatedLocation><countryCode>NL</countryCode></estimatedLocation>
 </personOrUserReported>
 <fileDetails><fileId>f1</fileId><originalFileName>a.jpg</originalFileName>
  <fileViewedByEsp>true</fileViewedByEsp>{note}
  <originalFileHash hashType="MD5">{md5}</originalFileHash>
  <originalFileHash hashType="PDQ">{pdq}</originalFileHash></fileDetails>
 {more}
</report>""".encode()


def iccam(number: str = "77", **more: object) -> bytes:
    report = {
        "ReportID": number,
        "Url": "https://pictures.example/a/1.jpg",
        "HostingCountry": "NL",
        "HostingIP": "193.0.0.9",
        "Received": "2026-10-22T08:15:00Z",
        "Memo": "seen on a forum",
        "IsVirtual": False,
        **more,
    }
    return json.dumps([report]).encode()
