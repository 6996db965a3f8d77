"""The porting tax: what reaching each milestone of one target would cost one project.

A fixed part, a price for each dependency by its state, a price for each adaptation unit, a share for verification, and
one shared factor; never findings times weight. Blockers are choices and are not in the sum.
"""

from portlint.estimate.bill import Known
from portlint.estimate.fallback import begun_in
from portlint.estimate.load import load_rates
from portlint.estimate.price import priced
from portlint.estimate.rates import Rates

__all__ = ["Known", "Rates", "begun_in", "load_rates", "priced"]
