"""`atoz`: the Order Defect Rate as Amazon counts it, from the files a seller already has."""

__version__ = "0.1.0"
