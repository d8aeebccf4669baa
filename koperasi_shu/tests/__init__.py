from . import test_kernel
from . import test_policy
from . import test_roles
from . import test_opening
from . import test_year
from . import test_statements
from . import test_year_end
