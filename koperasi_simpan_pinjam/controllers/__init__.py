from . import portal
from . import fundraising
from . import simulation
from . import download
