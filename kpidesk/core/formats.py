"""Numbers, money, days and dates as a person reads them."""
