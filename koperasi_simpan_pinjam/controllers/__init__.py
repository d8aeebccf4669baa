from . import portal
from . import simulation
from . import download
