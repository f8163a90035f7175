"""Every benchmark that needs no data of one's own: `python -m benchmarks`."""

import warnings

from benchmarks import speed

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    speed.main()
