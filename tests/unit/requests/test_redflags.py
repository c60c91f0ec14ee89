"""Stories written from the treaty: what should bring a person in, and what should not."""

import json
from datetime import date

import pytest

from comity.requests import service
from comity.requests.redflags import flags, raised

STORIES = (
    ("minors", "The pictures show a girl of 14 who was blackmailed by a man she met in a game."),
    ("minors", "The victim is a schoolboy; his teacher found the messages."),
    ("minors", "La victime est une mineure, contactée par messagerie."),
    ("minors", "تلقت طفلة رسائل تهديد من الحساب."),
    ("privileged", "The mailbox belongs to the suspect's lawyer, who advises him in this case."),
    ("privileged", "Hand over the patient files of the clinic for the last year."),
    ("privileged", "Le compte est celui de l'avocat de la défense."),
    ("privileged", "الحساب يخص محامي المتهم ويضم مراسلاته."),
    ("immunity", "The telephone is used by the second secretary of the embassy."),
    ("immunity", "The server stands in the consulate and is run by its staff."),
    ("immunity", "Le suspect invoque son immunité."),
    ("expression", "The journalist published the leaked budget and criticised the minister."),
    ("expression", "He shared a video of the demonstration and called on others to come."),
    ("expression", "The page insulted the president and mocked the army."),
    ("expression", "Elle a diffusé de fausses nouvelles sur l'élection."),
    ("expression", "نشر الناشط منشوراً يدعو إلى احتجاج سلمي."),
    ("expression", "The suspect, a whistleblower, sent documents to a newspaper."),
    ("persecution", "Users of the app are suspected because they are homosexual."),
    ("persecution", "He converted to Christianity and runs a chat group for others."),
    ("persecution", "The account belongs to a leader of an opposition party who lives abroad."),
    ("persecution", "Le compte appartient à un opposant qui vit en exil."),
    ("security_research", "He found the hole during a bug bounty and reported it to the bank."),
    ("security_research", "The student did a penetration test without contract and reported the flaw."),
    ("security_research", "Une chercheuse a signalé la faille à l'opérateur avant de publier."),
    ("death_penalty", "The offence is punishable by death under the law of the requesting State."),
    ("death_penalty", "Le complice a été condamné à mort le mois dernier."),
    ("death_penalty", "قد تصل العقوبة إلى الحكم بالإعدام."),
    ("torture", "The co-accused says that he was tortured before he signed."),
    ("torture", "Il a été détenu au secret pendant neuf jours."),
    ("remote_access", "If you agree, our officers will access the account with the seized telephone."),
    ("remote_access", "We have the password and will look into the account."),
    ("remote_access", "Nous pouvons accéder à distance au serveur depuis notre territoire."),
    ("bulk", "Send the log-ins of all users of the forum since January."),
    ("bulk", "We need the addresses of everyone who visited the page."),
    ("bulk", "Communiquer les données de tous les abonnés de la commune."),
    ("asylum", "The person asked for asylum in your State in spring."),
    ("asylum", "La personne a obtenu le statut de réfugié."),
    ("informant", "A confidential source inside the group named the account."),
    ("informant", "The witness lives under witness protection."),
    ("earlier_judgment", "The person was acquitted of the same conduct in another State."),
    ("earlier_judgment", "Il a déjà été condamné pour ces faits à Belmare."),
    ("fair_trial", "A military court heard the case in one day, without counsel."),
    ("fair_trial", "Il a été condamné par contumace et n'a pas été entendu."),
    ("security", "The mailbox holds plans of a military base of the requested State."),
    ("third_state", "The list came from a third State on condition that it is not passed on."),
    ("expression", "Журналистка опубликовала документы министерства, нужен её источник."),
    ("minors", "嫌疑人是一名十五岁的中学生。"),
    ("parallel", "Parallel proceedings are led in Corvana since May."),
)
PLAIN = (
    "Customers of a bank typed their passwords into a false page and lost their money.",
    "The ransom note names a wallet and a mailbox; the hospital's systems were locked for three days.",
    "Seize the server in rack 7 and make two forensic copies.",
    "The company paid an invoice whose account number had been altered by mail.",
    "The suspect sold stolen card numbers on a market place for two years.",
    "Send the subscriber record and the log-in times of the account named below.",
    "The loss is about 1.4 million; 212 accounts were emptied.",
    "The domain was registered with a stolen card and pointed at a kit for false log-in pages.",
    "The offender called elderly people and posed as a bank clerk.",
    "Hear the employee who handled the complaint and ask when it arrived.",
    "Certified copies of the statements are needed for the main hearing.",
    "The malware locked the control system of a water works for six hours.",
    "Mailhaven deletes log-in records after 30 days.",
    "The wallet received funds from 148 victims and passed them on within an hour.",
    "A minor part of the sum was paid back.",
    "The parts of the file are numbered; minor errors were corrected.",
    "The court found probable cause and ordered the freezing of the account.",
    "The provider protested that the order was too wide, and a narrower one was issued.",
    "Passwords were tried at a rate of two hundred a second.",
    "The shop never delivered and its page vanished after a week.",
    "A journalist was the victim: her account was emptied after a false call.",
    "The false page looked like that of a consulate and sold visa appointments.",
    "The offenders used a tool for remote access on the computers of the victims.",
    "一名记者的账户被盗刷一万元。",
    "Le préjudice est d'environ 1,4 million ; 212 comptes ont été vidés.",
    "Les données de connexion permettent d'identifier l'auteur de la fraude.",
    "La société a payé une fausse facture reçue par courriel.",
    "Le serveur se trouve dans un centre de données de Belmare.",
    "أُفرغ 212 حساباً وبلغت الخسارة نحو 1.4 مليون.",
    "يطلب تقديم سجلات الدخول إلى صندوق البريد.",
    "تمتلك الشركة خادماً في مركز بيانات.",
    "حُوّلت الأموال إلى محفظة رقمية خلال ساعة.",
    "The accused was heard with an interpreter and read the record.",
    "The false investment page promised a monthly return of 20 per cent.",
    "Stolen credentials of 3,000 employees were offered for sale.",
    "The group rented servers under false names and paid in virtual assets.",
    "He opened eleven bank accounts with forged papers.",
    "A trusted flagger reported the page, and it was taken down.",
    "The attacker changed the settings of the router and read the traffic.",
    "The file names and their digests are listed in annex 2.",
    "The victims live in five towns; most are over 60 years old.",
    "The seized disk holds a list of log-ins with date and time.",
    "Keep the messages of the account from 1 to 30 September.",
    "The accomplice carried the cash in three parts across the border.",
)


def test_of_the_stories_at_least_95_in_100_are_found() -> None:
    missed = [story for flag, story in STORIES if flag not in raised(story)]
    assert len(STORIES) >= 40
    assert len(missed) <= len(STORIES) * 0.05, missed


def test_of_the_plain_matters_at_most_5_in_100_raise_a_flag() -> None:
    alarms = {story: set(raised(story)) for story in PLAIN if raised(story)}
    assert len(PLAIN) >= 40
    assert len(alarms) <= len(PLAIN) * 0.05, alarms


def test_every_flag_has_a_story() -> None:
    assert {flag for flag, _ in STORIES} == set(flags())


@pytest.mark.parametrize(("flag", "story"), STORIES[::6])
def test_a_flag_brings_a_person_in_and_blocks_nothing(flag: str, story: str) -> None:
    form = service.example("stored-data")
    form["facts"]["text"] = story
    found = service.check(json.dumps(form).encode(), side="requested", on=date(2026, 11, 2))
    (finding,) = [f for f in found.findings if f.code == f"caution.{flag}"]
    assert (finding.severity.value, finding.field) == ("decide", "/facts/text")
    assert found.may_proceed


def test_what_is_told_on_purpose_is_not_searched() -> None:
    form = service.example("stored-data")
    words = {"text": "No journalist is concerned.", "language": "en"}
    form["circumstances"] = {"expression": "no", "details": words}
    found = service.check(json.dumps(form).encode(), side="requested", on=date(2026, 11, 2))
    assert "caution.expression" not in {f.code for f in found.findings}


def test_examples_raise_no_flag_but_the_one_that_is_told() -> None:
    raised_by = {
        kind.code
        for kind in service.kinds()
        for variant in range(1, service.examples(kind.code) + 1)
        for finding in service.check(
            json.dumps(service.example(kind.code, variant=variant)).encode(),
            side="requested",
            on=date(2026, 11, 2),
        ).findings
        if finding.code.startswith(("caution.", "words.", "purpose.", "data.no", "authority."))
    }
    assert raised_by == {"emergency"}  # its victim is a child, and the form says so
