from . import test_kernel
from . import test_setup
from . import test_ledger
from . import test_random_life
