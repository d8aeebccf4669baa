from . import koperasi_balance_report
from . import koperasi_cash_report
from . import koperasi_collectibility
from . import koperasi_collecting
from . import koperasi_control_report
from . import koperasi_interest_tax
from . import koperasi_exception
from . import koperasi_bank_entry
