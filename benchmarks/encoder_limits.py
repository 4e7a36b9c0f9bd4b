"""What an encoder does not tell apart: pairs made by hand, of which either the words or the meaning are the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from encoder_measures import Row, cosines

Vectors = Callable[[Sequence[str]], Any]


class Told(NamedTuple):
    """A sentence, and others that are to be told from it, or not."""

    sentence: str
    order: str
    """Its words in another order, so that who did it and who suffered it change places."""
    negation: str
    number: str
    """With another number."""
    paraphrase: str
    """The same in other words."""


ENGLISH = (
    Told(
        "Saudi Arabia will beat Tunisia by 3 goals in the final on Friday",
        "Tunisia will beat Saudi Arabia by 3 goals in the final on Friday",
        "Saudi Arabia will not beat Tunisia by 3 goals in the final on Friday",
        "Saudi Arabia will beat Tunisia by 7 goals in the final on Friday",
        "On Friday the cup goes to the Saudi side, three goals ahead of the Tunisians",
    ),
    Told(
        "The lawyer has accused the judge of taking 40 bribes",
        "The judge has accused the lawyer of taking 40 bribes",
        "The lawyer has not accused the judge of taking 40 bribes",
        "The lawyer has accused the judge of taking 90 bribes",
        "An attorney says that a magistrate was paid illegally forty times",
    ),
    Told(
        "The policeman has shot the robber after a chase of 12 kilometres",
        "The robber has shot the policeman after a chase of 12 kilometres",
        "The policeman has not shot the robber after a chase of 12 kilometres",
        "The policeman has shot the robber after a chase of 70 kilometres",
        "A thief was hit by an officer's bullet when he had been followed for twelve kilometres",
    ),
    Told(
        "The bank will buy the factory for 200 million dollars",
        "The factory will buy the bank for 200 million dollars",
        "The bank will not buy the factory for 200 million dollars",
        "The bank will buy the factory for 900 million dollars",
        "A lender is to take over a plant in a deal worth two hundred million dollars",
    ),
    Told(
        "The minister has replaced the governor after 6 months in office",
        "The governor has replaced the minister after 6 months in office",
        "The minister has not replaced the governor after 6 months in office",
        "The minister has replaced the governor after 9 months in office",
        "Half a year into his term the head of the province gives way to a member of the cabinet",
    ),
    Told(
        "The dog has bitten the man in the park in front of 4 children",
        "The man has bitten the dog in the park in front of 4 children",
        "The dog has not bitten the man in the park in front of 4 children",
        "The dog has bitten the man in the park in front of 7 children",
        "Four kids watched a pet hurt somebody in a public garden",
    ),
)
ARABIC = (
    Told(
        "السعودية ستهزم تونس بفارق 3 أهداف في النهائي يوم الجمعة",
        "تونس ستهزم السعودية بفارق 3 أهداف في النهائي يوم الجمعة",
        "السعودية لن تهزم تونس بفارق 3 أهداف في النهائي يوم الجمعة",
        "السعودية ستهزم تونس بفارق 7 أهداف في النهائي يوم الجمعة",
        "كأس الجمعة للأخضر بعد تفوقه على نسور قرطاج بثلاثية",
    ),
    Told(
        "المحامي اتهم القاضي بتلقي 40 رشوة",
        "القاضي اتهم المحامي بتلقي 40 رشوة",
        "المحامي لم يتهم القاضي بتلقي 40 رشوة",
        "المحامي اتهم القاضي بتلقي 90 رشوة",
        "وكيل دفاع يقول إن أحد القضاة حصل على أموال غير مشروعة أربعين مرة",
    ),
    Told(
        "الشرطي أطلق النار على اللص بعد مطاردة امتدت 12 كيلومترا",
        "اللص أطلق النار على الشرطي بعد مطاردة امتدت 12 كيلومترا",
        "الشرطي لم يطلق النار على اللص بعد مطاردة امتدت 12 كيلومترا",
        "الشرطي أطلق النار على اللص بعد مطاردة امتدت 70 كيلومترا",
        "إصابة سارق برصاص رجل أمن لاحقه مسافة اثني عشر كيلومترا",
    ),
    Told(
        "البنك سيشتري المصنع مقابل 200 مليون دولار",
        "المصنع سيشتري البنك مقابل 200 مليون دولار",
        "البنك لن يشتري المصنع مقابل 200 مليون دولار",
        "البنك سيشتري المصنع مقابل 900 مليون دولار",
        "صفقة بمئتي مليون دولار تنقل ملكية معمل إلى أحد المصارف",
    ),
    Told(
        "الوزير حل محل المحافظ بعد 6 أشهر في المنصب",
        "المحافظ حل محل الوزير بعد 6 أشهر في المنصب",
        "الوزير لم يحل محل المحافظ بعد 6 أشهر في المنصب",
        "الوزير حل محل المحافظ بعد 9 أشهر في المنصب",
        "رئيس الإقليم يترك كرسيه لعضو في الحكومة بعد نصف عام",
    ),
    Told(
        "الكلب عض الرجل في الحديقة أمام 4 أطفال",
        "الرجل عض الكلب في الحديقة أمام 4 أطفال",
        "الكلب لم يعض الرجل في الحديقة أمام 4 أطفال",
        "الكلب عض الرجل في الحديقة أمام 7 أطفال",
        "أربعة صغار شاهدوا حيوانا أليفا يجرح شخصا في متنزه",
    ),
)
SHOWN = {
    "order": "the same words in another order", "negation": "a negation put in", "number": "another number",
    "paraphrase": "a paraphrase",
}  # fmt: skip


def limits(encoders: Mapping[str, Vectors]) -> list[Row]:
    """By kind of pair, the mean cosine of each encoder, and how often what differs is closer than a paraphrase."""
    sentences = [*ENGLISH, *ARABIC]
    first = [told.sentence for told in sentences]
    kinds = {shown: [getattr(told, kind) for told in sentences] for kind, shown in SHOWN.items()}
    rows: list[Row] = [{"beside the sentence": shown} for shown in [*kinds, "its translation", "another sentence"]]
    for name, vectors in encoders.items():
        own = vectors(first)
        found = {shown: cosines(own, vectors(others)) for shown, others in kinds.items()}
        half = len(ENGLISH)
        found["its translation"] = cosines(own[:half], own[half:])
        found["another sentence"] = np.concatenate([_others(own[:half]), _others(own[half:])])
        for row in rows:
            kind = row["beside the sentence"]
            row[name] = round(float(found[kind].mean()), 3)
        for row in rows[:3]:
            closer = found[row["beside the sentence"]] > found[SHOWN["paraphrase"]]
            row[f"{name}, closer than the paraphrase"] = f"{closer.sum()} of {len(closer)}"
    return rows


def _others(vectors: np.ndarray) -> np.ndarray:
    """The cosines of all pairs of rows of length 1."""
    return (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
