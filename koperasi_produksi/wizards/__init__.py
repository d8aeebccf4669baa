from . import koperasi_delivery_return
from . import koperasi_invoice_receipt
