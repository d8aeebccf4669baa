from . import portal
from . import download
