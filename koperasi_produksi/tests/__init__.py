from . import test_kernel
from . import test_bought
from . import test_counter
from . import test_waste
from . import test_consigned
