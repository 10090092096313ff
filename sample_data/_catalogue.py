"""What the made-up seller sells and where it goes: products, places, carriers. No people, no streets."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """One listing; `cents` is the price of one piece, with VAT in Germany and without tax in the US."""

    sku: str
    asin: str
    name: str
    cents: int


@dataclass(frozen=True)
class Place:
    """Where a parcel goes; `tax` is the sales tax in hundredths of a percent (US only)."""

    city: str
    state: str
    postal_code: str
    country: str
    tax: int = 0


def _products(text: str) -> tuple[Product, ...]:
    rows = (line.split(" | ") for line in text.strip().splitlines())
    return tuple(Product(sku, asin, name, int(cents)) for sku, asin, cents, name in rows)


def _places(text: str) -> tuple[Place, ...]:
    rows = (line.split(" | ") for line in text.strip().splitlines())
    return tuple(Place(city, state, code, country, int(tax)) for city, state, code, country, tax in rows)


LAMP = {"US": "LMP-DSK-02", "DE": "LMP-TI-02"}  # the product that breaks: many "not as described" come from it

PRODUCTS = {
    "US": _products("""
LMP-DSK-01 | B0C7QX4M1A | 2899 | LED Desk Lamp, 3 Color Modes, USB-C
LMP-DSK-02 | B0D2KZ8T5R | 4450 | Glass Globe Table Lamp, Dimmable, Brass
MUG-EN-12 | B0B6TRN3WQ | 1899 | "12 oz Enamel Camp Mug, Set of 2
STL-CMP-01 | B0BXK71VDH | 3295 | "Trail Rest" Folding Camp Stool
KNF-SHP-01 | B09ZL5Y2GC | 2499 | Knife Sharpener, 3 Stage
TWL-CTN-04 | B0C1P9JF6N | 2199 | Cotton Kitchen Towels, 4 Pack
BSK-STR-02 | B0CH8V3D7K | 2600 | Woven Storage Baskets, 2 Pack
PAN-CST-10 | B08YQ2R6TB | 3899 | Cast Iron Skillet, 10"
BTL-STL-32 | B0BN4W9X2L | 2350 | Steel Water Bottle, 32 oz
CLK-WAL-12 | B0D8M3F5ZP | 2799 | Silent Wall Clock, 12 inch
MAT-YOG-06 | B0C5J7H9TS | 3199 | Yoga Mat, ¼ inch, Non Slip
TNT-POP-02 | B0CRT6Q8YW | 7995 | Pop Up Tent, 2 Person
LNT-CMP-01 | B0BFS2K4VX | 1999 | Camping Lantern, Rechargeable
SCL-KIT-11 | B09W7D3NPM | 1599 | Kitchen Scale, 11 lb
CHR-OFF-01 | B0D5X1G6CJ | 11900 | Mesh Office Chair
ORG-DRW-08 | B0C9L4Z7BQ | 1795 | Drawer Organizer, 8 Piece
RUG-BTH-02 | B0BV6H8K3F | 2449 | Bath Rug, Memory Foam
GRD-HSE-50 | B0CJ3P5R9D | 3695 | Garden Hose, 50 ft, Expandable
"""),
    "DE": _products("""
LMP-TI-02 | B0D4NV7K2S | 4299 | Tischlampe „Kugel“ aus Glas, dimmbar
LMP-SB-01 | B0C8RF3X6M | 2999 | LED-Schreibtischlampe, 3 Lichtfarben
KOR-EK-02 | B0BZ5T9W1H | 2199 | Faltbare Einkaufskörbe, 2 Stück
WAG-KU-05 | B09XK4L7QD | 1699 | Küchenwaage bis 5 kg, weiß
RBE-KA-01 | B0CM2P6V8J | 1449 | Käsereibe „Alpin“ \u2013 Edelstahl
TUC-GE-06 | B0BD7H3N5R | 1890 | Geschirrtücher, 6 Stück, Baumwolle
FLA-TR-75 | B0C3W8Z4KT | 2350 | Trinkflasche Edelstahl, 750 ml
UHR-WA-30 | B0D9G1F5BX | 2699 | Wanduhr geräuschlos, Ø 30 cm
MAT-YO-06 | B0CV6J2Q9L | 3190 | Yogamatte, 6 mm, rutschfest
STU-CA-01 | B0BR4S8T7C | 3495 | Campinghocker, klappbar, grün
SCH-GA-15 | B0C6X3D9FP | 3599 | Gartenschlauch, 15 m, dehnbar
PFA-GU-26 | B08ZN5M1HW | 3999 | Gusseiserne Pfanne, Ø 26 cm
"""),
}

PLACES = {
    "US": _places("""
SEATTLE | WA | 98109 | US | 1035
PORTLAND | OR | 97205 | US | 0
Sacramento | CA | 95814 | US | 875
LOS ANGELES | CA | 90017 | US | 950
San Diego | CA | 92101 | US | 775
PHOENIX | AZ | 85004 | US | 860
Denver | CO | 80202 | US | 881
SALT LAKE CITY | UT | 84101 | US | 775
Austin | TX | 78701 | US | 825
HOUSTON | TX | 77002 | US | 825
Dallas | TX | 75201 | US | 825
KANSAS CITY | MO | 64105 | US | 886
Minneapolis | MN | 55401 | US | 903
CHICAGO | IL | 60607 | US | 1025
Milwaukee | WI | 53202 | US | 790
DETROIT | MI | 48226 | US | 600
Columbus | OH | 43215 | US | 800
NASHVILLE | TN | 37203 | US | 975
Atlanta | GA | 30303 | US | 890
MIAMI | FL | 33130 | US | 700
Orlando | FL | 32801 | US | 650
CHARLOTTE | NC | 28202 | US | 725
Richmond | VA | 23219 | US | 600
BALTIMORE | MD | 21201 | US | 600
PHILADELPHIA | PA | 19103 | US | 800
Newark | NJ | 07102 | US | 663
BROOKLYN | NY | 11201-5555 | US | 888
New York | NY | 10011 | US | 888
BOSTON | MA | 02116 | US | 625
Portland | ME | 04101 | US | 550
"""),
    "DE": _places("""
Berlin | Berlin | 10115 | DE | 0
Berlin |  | 12043 | DE | 0
Hamburg |  | 20095 | DE | 0
München | Bayern | 80331 | DE | 0
Nürnberg | Bayern | 90402 | DE | 0
Köln | Nordrhein-Westfalen | 50667 | DE | 0
Düsseldorf |  | 40213 | DE | 0
Dortmund | NRW | 44135 | DE | 0
Frankfurt am Main | Hessen | 60311 | DE | 0
Stuttgart |  | 70173 | DE | 0
Freiburg im Breisgau | Baden-Württemberg | 79098 | DE | 0
Leipzig | Sachsen | 04109 | DE | 0
Dresden |  | 01067 | DE | 0
Erfurt | Thüringen | 99084 | DE | 0
Bremen |  | 28195 | DE | 0
Hannover | Niedersachsen | 30159 | DE | 0
Göttingen |  | 37073 | DE | 0
Lübeck | Schleswig-Holstein | 23552 | DE | 0
Rostock |  | 18055 | DE | 0
Saarbrücken | Saarland | 66111 | DE | 0
Wien |  | 1010 | AT | 0
Graz | Steiermark | 8010 | AT | 0
"""),
}

# carrier, its service, and how often it is picked
CARRIERS = {
    "US": (("USPS", "Ground Advantage", 50), ("UPS", "Ground", 30), ("FedEx", "Home Delivery", 20)),
    "DE": (("DHL", "Paket", 55), ("Hermes", "Paket", 25), ("DPD", "Classic", 20)),
}
