from . import account_merge_wizard
from . import koperasi_as_of
from . import koperasi_savings_operation
from . import koperasi_loan_operation
from . import koperasi_cash_close
from . import koperasi_correction_request
from . import koperasi_member_trial_balance
from . import base_partner_merge
