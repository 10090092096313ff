"""What happens to some of the orders: a table each of claims, chargebacks, feedback and flagged returns.

`placed` is the day of the order that the story is hung on; all times are UTC. `standing` is what contract §6 must make
of the claim on 2026-11-22: make.py checks it against the computation, so a slip in a row stops the script.
"""

from dataclasses import dataclass

INR, SNAD, FRAUD = "item_not_received", "not_as_described", "unauthorized_purchase"
UNREFUNDED, NO_RETURN, EXTRA = "return_not_refunded", "return_not_provided", "extra_charges"
CANCELLED, OTHER = "order_cancelled", "other"

REASONS = {INR: "Package didn't arrive", SNAD: "Item not as described", FRAUD: "Unauthorized purchase",
           UNREFUNDED: "Refund not received for returned package", NO_RETURN: "Return not provided",
           EXTRA: "Charged extra", CANCELLED: "Order cancelled", OTHER: "Other"}


@dataclass(frozen=True)
class Claim:
    """A claim and what the parcel, the seller and Amazon did; `comment` without `reason` leaves the reason blank."""

    claim_id: str
    market: str
    channel: str
    placed: str
    kind: str
    standing: str
    filed: str
    status: str = "closed"
    respond_by: str = ""
    reason: bool = True
    comment: str = ""
    decided: str = ""
    decision: str = ""
    funded_by: str = ""
    counts: str = ""
    withdrawn: str = ""
    appeal: tuple[str, str, str] = ("", "", "")  # appealed at, decision, decided at
    refund: tuple[str, int, str] | None = None  # at, percent of the amount, by whom
    refunded_at: str = ""
    parcel: str = "delivered"  # or signed, lost, late_scan, moving, returned:<when>
    protected: bool = False
    returned: tuple[str, str] | None = None  # return requested on, reason code; flagged "A-to-Z Claim"
    asked: bool = True  # the buyer had written to the seller before
    shows_id: bool = True
    amazon_counts: bool = False  # against the rules, in the performance report


@dataclass(frozen=True)
class Chargeback:
    """A chargeback on an order placed that day, or on the order of a claim."""

    chargeback_id: str
    market: str
    placed: str
    network: str
    code: str
    reason: str
    filed: str
    status: str = "Resolved"
    respond_by: str = ""
    decided: str = ""
    decision: str = ""
    claim_id: str = ""
    channel: str = "mfn"


@dataclass(frozen=True)
class Feedback:
    """One feedback, on an order placed that day or of a claim; `event` is `removed` or `struck`, and when."""

    market: str
    channel: str
    placed: str
    rating: int
    left: str
    comment: str
    answer: str = ""
    event: tuple[str, str] = ("", "")
    claim_id: str = ""


@dataclass(frozen=True)
class FlaggedReturn:
    """A return marked "A-to-Z Claim" whose claim stands in no other file."""

    market: str
    placed: str
    requested: str
    code: str




CLAIMS = (
    # US, shipped by the seller, in the window of 2026-11-22: these count
    Claim("C-100231", "US", "mfn", "2026-09-24", INR, "granted", "2026-10-09T14:20", decided="2026-10-14T09:02",
          decision="granted", funded_by="seller", parcel="lost"),
    Claim("C-100258", "US", "mfn", "2026-10-02", INR, "granted_by_default", "2026-10-24T03:11", "option_to_appeal",
          "2026-10-27T03:11", decided="2026-10-28T08:40", decision="granted_by_default", parcel="signed"),
    Claim("C-100249", "US", "mfn", "2026-10-06", SNAD, "refunded_after_filing", "2026-10-20T19:45", "under_review",
          "2026-10-23T19:45", comment="Arrived with the brass ring bent, not like the picture.",
          refund=("2026-10-21T16:30", 100, "seller")),
    Claim("C-100252", "US", "mfn", "2026-10-15", CANCELLED, "order_cancelled", "2026-10-22T12:05", "under_review",
          "2026-10-25T12:05", comment="Seller cancelled my order and I have no refund yet"),
    # … and these do not
    Claim("C-100219", "US", "mfn", "2026-09-15", INR, "denied", "2026-09-30T22:14", decided="2026-10-05T10:00",
          decision="denied", parcel="signed"),
    Claim("C-100224", "US", "mfn", "2026-09-20", SNAD, "withdrawn", "2026-10-05T17:31", decision="withdrawn",
          withdrawn="2026-10-07T11:20", returned=("2026-10-03", "CR-DEFECTIVE")),
    Claim("C-100235", "US", "mfn", "2026-09-28", INR, "excused", "2026-10-12T08:55", decided="2026-10-16T09:30",
          decision="granted", funded_by="seller", parcel="returned:2026-10-10T15:40"),
    Claim("C-100246", "US", "mfn", "2026-10-04", INR, "excused", "2026-10-19T13:13", decided="2026-10-22T07:48",
          decision="granted", funded_by="seller", parcel="signed",
          appeal=("2026-10-26T16:00", "won", "2026-11-02T10:10")),
    Claim("C-100255", "US", "mfn", "2026-10-08", INR, "protected", "2026-10-23T20:20", decided="2026-10-27T09:15",
          decision="granted", funded_by="amazon", parcel="lost", protected=True),
    Claim("C-100261", "US", "mfn", "2026-10-12", INR, "protected", "2026-10-27T18:02", "option_to_appeal",
          decided="2026-10-30T12:44", decision="granted", funded_by="amazon", parcel="lost", protected=True,
          amazon_counts=True),
    Claim("C-100298", "US", "mfn", "2026-10-29", INR, "protected", "2026-11-20T21:36", "action_required",
          "2026-11-23T21:36", parcel="lost", protected=True),
    Claim("C-100247", "US", "mfn", "2026-10-10", FRAUD, "amazon_funded", "2026-10-18T06:27", decided="2026-10-21T09:09",
          decision="granted", funded_by="amazon"),
    Claim("C-100244", "US", "mfn", "2026-10-01", SNAD, "refunded_before_filing", "2026-10-16T15:58", "under_review",
          refund=("2026-10-14T18:12", 100, "seller"), reason=False,
          comment="Wrong color, it is not as described in the listing."),
    Claim("C-100242", "US", "mfn", "2026-09-30", INR, "excused", "2026-10-15T11:41", decided="2026-10-20T14:25",
          decision="granted", funded_by="seller", counts="no"),
    # … and these are open
    Claim("C-100301", "US", "mfn", "2026-11-03", INR, "pending", "2026-11-20T15:10", "action_required",
          "2026-11-23T15:10", parcel="signed"),
    Claim("C-100305", "US", "mfn", "2026-10-20", SNAD, "pending", "2026-11-21T08:04", "action_required",
          "2026-11-24T08:04", reason=False, comment="The lamp arrived broken, glass everywhere. Seller wants photos."),
    Claim("C-100296", "US", "mfn", "2026-10-26", UNREFUNDED, "pending", "2026-11-19T18:30", "action_required",
          "2026-11-22T18:30", comment="Returned it two weeks ago and still no refund",
          returned=("2026-11-05", "CR-UNWANTED_ITEM")),
    Claim("", "US", "mfn", "2026-10-23", INR, "pending", "2026-11-12T10:19", "under_review", shows_id=False,
          parcel="lost", protected=True, refund=("2026-11-13T17:00", 40, "seller")),
    # US, will enter the window
    Claim("C-100307", "US", "mfn", "2026-11-12", INR, "pending", "2026-11-22T09:26", "action_required",
          "2026-11-25T09:26", parcel="moving", asked=False),
    Claim("C-100293", "US", "mfn", "2026-11-09", SNAD, "refunded_after_filing", "2026-11-18T20:51", "under_review",
          "2026-11-21T20:51", refunded_at="2026-11-19T10:33", reason=False,
          comment="Shade is scratched and it does not work at all"),
    # US, has left the window
    Claim("C-100297", "US", "mfn", "2026-07-20", SNAD, "pending", "2026-11-20T11:07", "action_required",
          "2026-11-23T11:07", comment="Stopped working after some months"),
    Claim("C-100187", "US", "mfn", "2026-08-05", INR, "granted", "2026-08-21T09:50", decided="2026-08-26T13:37",
          decision="granted", funded_by="seller", parcel="late_scan", protected=True),
    Claim("C-100192", "US", "mfn", "2026-08-12", INR, "granted", "2026-08-27T23:12", decided="2026-08-30T08:08",
          decision="granted", funded_by="seller", parcel="lost",
          appeal=("2026-09-10T15:00", "lost", "2026-09-16T09:00")),
    Claim("C-100198", "US", "mfn", "2026-08-20", SNAD, "excused", "2026-09-04T16:44", decided="2026-09-08T10:21",
          decision="granted", funded_by="seller", appeal=("2026-09-12T12:30", "won_odr_only", "2026-09-19T11:00")),
    Claim("C-100203", "US", "mfn", "2026-08-25", UNREFUNDED, "granted", "2026-09-21T05:16", decided="2026-09-25T12:00",
          decision="granted", funded_by="seller", appeal=("2026-09-30T14:45", "won_refund_only", "2026-10-06T10:50")),
    Claim("C-100209", "US", "mfn", "2026-09-01", INR, "withdrawn_after_loss", "2026-09-16T21:03",
          decided="2026-09-20T09:40", decision="granted", funded_by="seller", withdrawn="2026-09-23T18:18"),
    Claim("C-100176", "US", "mfn", "2026-07-08", UNREFUNDED, "denied", "2026-08-03T14:14", decided="2026-08-07T10:35",
          decision="denied", returned=("2026-07-24", "CR-NO_LONGER_NEEDED")),
    Claim("C-100256", "US", "mfn", "2026-09-03", SNAD, "granted", "2026-10-25T07:22", "option_to_appeal",
          "2026-10-28T07:22", decided="2026-10-30T15:55", decision="granted", funded_by="seller",
          comment="Base is plastic, listing says brass"),
    Claim("", "US", "mfn", "2026-08-28", EXTRA, "denied", "2026-09-10T12:09", decided="2026-09-14T09:00",
          decision="denied", shows_id=False),
    # US, shipped by Amazon
    Claim("C-100250", "US", "afn", "2026-10-05", INR, "amazon_funded", "2026-10-20T17:40", decided="2026-10-22T06:30",
          decision="granted", funded_by="amazon", parcel="lost", asked=False),
    Claim("C-100306", "US", "afn", "2026-11-01", INR, "pending", "2026-11-21T19:59", "under_review", parcel="lost",
          asked=False),
    # DE, shipped by the seller, in the window
    Claim("C-204118", "DE", "mfn", "2026-09-18", UNREFUNDED, "granted", "2026-10-12T08:33", decided="2026-10-17T10:12",
          decision="granted", funded_by="seller", returned=("2026-09-29", "CR-UNWANTED_ITEM")),
    Claim("C-204121", "DE", "mfn", "2026-09-26", INR, "withdrawn_after_loss", "2026-10-14T16:47", reason=False,
          comment="Das Paket ist nie angekommen.", decision="withdrawn", withdrawn="2026-10-16T09:05", parcel="lost",
          refund=("2026-10-15T11:26", 100, "seller")),
    Claim("C-204133", "DE", "mfn", "2026-10-09", SNAD, "granted", "2026-10-28T13:54", "option_to_appeal",
          "2026-10-31T13:54", decided="2026-11-04T08:20", decision="granted", funded_by="seller", reason=False,
          comment="Artikel entspricht nicht der Beschreibung, das Glas ist zerkratzt."),
    Claim("C-204127", "DE", "mfn", "2026-10-03", INR, "protected", "2026-10-21T18:25", "under_review", reason=False,
          comment="Lieferung nicht angekommen, Paket nicht erhalten", parcel="lost", protected=True),
    Claim("C-204130", "DE", "mfn", "2026-10-07", INR, "excused", "2026-10-23T10:38", "under_review",
          parcel="returned:2026-10-20T12:15"),
    Claim("C-204140", "DE", "mfn", "2026-10-13", FRAUD, "pending", "2026-11-20T22:50", "action_required",
          "2026-11-23T22:50", reason=False, comment="Diese Bestellung habe ich nicht getätigt.", asked=False),
    Claim("C-204142", "DE", "mfn", "2026-10-22", EXTRA, "pending", "2026-11-21T11:45", "action_required",
          "2026-11-24T11:45", reason=False, comment="Ich musste zusätzlich Zollgebühren bezahlen."),
    Claim("", "DE", "mfn", "2026-09-22", NO_RETURN, "denied", "2026-10-09T07:29", decided="2026-10-13T09:45",
          decision="denied", returned=("2026-10-02", "CR-ORDERED_WRONG_ITEM"), shows_id=False),
    Claim("C-204131", "DE", "mfn", "2026-10-16", INR, "denied", "2026-11-02T20:10", decided="2026-11-06T11:11",
          decision="denied", parcel="signed"),
    Claim("C-204143", "DE", "mfn", "2026-11-12", OTHER, "pending", "2026-11-21T14:02", "action_required",
          "2026-11-24T14:02"),
    Claim("C-204097", "DE", "mfn", "2026-08-11", SNAD, "granted_by_default", "2026-08-29T09:19",
          decided="2026-09-02T08:00", decision="granted_by_default", funded_by="seller", asked=False),
    Claim("C-204101", "DE", "mfn", "2026-08-19", CANCELLED, "order_cancelled", "2026-08-26T15:33", reason=False,
          comment="Der Verkäufer hat meine Bestellung storniert."),
    # DE, shipped by Amazon
    Claim("C-204138", "DE", "afn", "2026-10-27", INR, "pending", "2026-11-19T12:48", "under_review", reason=False,
          comment="Sendung wurde nicht zugestellt", parcel="lost", asked=False),
    Claim("C-204123", "DE", "afn", "2026-09-29", SNAD, "amazon_funded", "2026-10-17T19:06", decided="2026-10-19T07:07",
          decision="granted", funded_by="amazon", asked=False),
)

CHARGEBACKS = (
    Chargeback("CB-70411", "US", "2026-10-11", "visa", "13.1", "Merchandise not received", "2026-11-19T09:00",
               "Pending", "2026-11-26T09:00"),
    Chargeback("CB-70398", "US", "2026-10-10", "visa", "10.4", "Other fraud, card absent", "2026-10-30T09:00",
               decided="2026-11-10T12:00", decision="lost", claim_id="C-100247"),
    Chargeback("CB-70391", "US", "2026-09-29", "mastercard", "4853", "Goods not as described", "2026-10-22T09:00",
               decided="2026-11-05T12:00", decision="won"),
    Chargeback("CB-70409", "US", "2026-10-24", "amex", "F29", "Card not present", "2026-11-17T09:00", "Pending",
               "2026-11-24T09:00"),
    Chargeback("CB-70413", "US", "2026-10-28", "visa", "11.3", "No authorization", "2026-11-20T09:00", "Pending",
               "2026-11-27T09:00"),
    Chargeback("CB-70387", "US", "2026-09-21", "discover", "RM", "Quality discrepancy", "2026-10-16T09:00",
               decided="2026-10-29T12:00", decision="reversed"),
    Chargeback("CB-81207", "DE", "2026-10-19", "mastercard", "4855", "Ware nicht erhalten", "2026-11-03T09:00",
               decided="2026-11-13T12:00", decision="lost"),
    Chargeback("CB-81193", "DE", "2026-08-30", "amex", "C31", "Goods not as described", "2026-09-25T09:00",
               "Seller Refunded", decided="2026-09-28T12:00", decision="refunded"),
)

FLAGGED_RETURNS = (
    FlaggedReturn("US", "2026-10-18", "2026-11-02", "CR-DEFECTIVE"),
    FlaggedReturn("DE", "2026-09-02", "2026-09-17", "CR-MISSING_PARTS"),
)

FEEDBACK = (
    # in the window, and they count
    Feedback("US", "mfn", "", 1, "2026-10-16", "Never got my package and nobody could tell me where it is.",
             claim_id="C-100231"),
    Feedback("US", "mfn", "2026-10-05", 1, "2026-10-19", "Wrote to the seller three times, no answer. Rude service.",
             "We are sorry: your message went to the wrong folder. We have answered it now."),
    Feedback("US", "mfn", "2026-10-21", 2, "2026-11-06", "Item was used, box already opened.\nNot what I paid for."),
    Feedback("US", "afn", "2026-09-27", 1, "2026-10-11", "Wrong item in the box, support didn\u2019t help"),
    Feedback("US", "afn", "2026-10-14", 2, "2026-10-29", "Not as pictured and hard to reach the seller"),
    Feedback("DE", "mfn", "", 1, "2026-10-20", "Geld für die Rücksendung immer noch nicht erhalten!",
             claim_id="C-204118"),
    Feedback("DE", "afn", "2026-10-01", 2, "2026-10-18", "Ware entspricht nicht dem, was ich bestellt habe."),
    # in the window, taken away, or neutral
    Feedback("US", "mfn", "2026-09-17", 1, "2026-10-02", "what a damn crappy shop, go to hell",
             event=("removed", "2026-10-06")),
    Feedback("US", "mfn", "2026-10-13", 2, "2026-10-30", "Towels are thin and fade after one wash, 2 stars.",
             event=("removed", "2026-11-09T16:20:00Z")),
    Feedback("US", "afn", "2026-10-07", 1, "2026-10-15", "Came four days late.", event=("struck", "2026-10-17")),
    Feedback("US", "mfn", "2026-09-26", 3, "2026-10-08", "Okay but delivery took its time"),
    Feedback("US", "mfn", "2026-10-09", 3, "2026-10-25", "Price was lower elsewhere a day later."),
    Feedback("US", "afn", "2026-10-30", 3, "2026-11-10", "ok"),
    Feedback("DE", "mfn", "2026-10-11", 1, "2026-10-24", "Reibe ist nach einer Woche stumpf. Produkt taugt nichts.",
             event=("removed", "2026-10-28")),
    Feedback("DE", "afn", "2026-10-08", 2, "2026-10-16", "Lieferung kam viel zu spät.", event=("struck", "2026-10-19")),
    Feedback("DE", "mfn", "2026-09-30", 3, "2026-10-12", "Geht so, Verpackung war beschädigt"),
    Feedback("DE", "mfn", "2026-10-28", 3, "2026-11-09", "Für den Preis in Ordnung"),
    Feedback("DE", "afn", "2026-11-02", 3, "2026-11-13", "naja"),
    # still to enter it
    Feedback("US", "mfn", "2026-11-10", 1, "2026-11-20", "Package says delivered, but it is not here."),
    Feedback("US", "mfn", "2026-11-11", 3, "2026-11-21", "Slow to ship."),
    Feedback("DE", "mfn", "2026-11-09", 2, "2026-11-19", "Falsche Farbe geliefert, Kundenservice unfreundlich."),
    # has left it
    Feedback("US", "mfn", "2026-06-30", 1, "2026-07-15", "Arrived two weeks late."),
    Feedback("US", "mfn", "2026-07-12", 2, "2026-07-28", "Too expensive for what it is, price is a joke",
             "Thank you. We match prices: please write to us."),
    Feedback("US", "mfn", "2026-07-25", 1, "2026-08-09", "Broken on arrival and the refund took forever"),
    Feedback("US", "afn", "2026-08-02", 1, "2026-08-10", "Box was crushed and it came late."),
    Feedback("US", "mfn", "2026-08-14", 3, "2026-08-30", "Fine."),
    Feedback("US", "mfn", "2026-08-22", 1, "2026-09-04", "Buy from my shop instead, use code SAVE20"),
    Feedback("US", "afn", "2026-08-30", 2, "2026-09-12", "not happy"),
    Feedback("US", "mfn", "2026-09-05", 2, "2026-09-19", "Item missing a screw, seller slow to answer"),
    Feedback("US", "mfn", "2026-09-07", 1, "2026-09-21", "Tracking never moved for ten days."),
    Feedback("DE", "mfn", "2026-07-03", 1, "2026-07-16", "Falscher Artikel geliefert, Rückgabe mühsam."),
    Feedback("DE", "mfn", "2026-07-21", 2, "2026-08-04", "Zu teuer, im Laden halb so viel."),
    Feedback("DE", "afn", "2026-08-08", 3, "2026-08-19", "Karton eingedrückt"),
    Feedback("DE", "mfn", "2026-08-24", 1, "2026-09-08", "Keine Antwort auf meine Nachrichten, Größe stimmt nicht."),
    Feedback("DE", "mfn", "2026-09-04", 2, "2026-09-18", "Paket kam erst nach zwölf Tagen."),
)
