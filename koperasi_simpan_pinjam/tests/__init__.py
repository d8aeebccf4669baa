from . import test_kernel
from . import test_setup
from . import test_ledger
from . import test_control
from . import test_run
from . import test_doors
from . import test_doors_contracts
from . import test_loan
