"""The look of the notebooks' figures: a font that has Chinese, and colours told apart by all.

Noto Sans TC comes from the package pylopdf-fonts-zh-tw (SIL Open Font License 1.1), so that
labels look the same on every machine, whatever fonts it has.
"""

import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib import font_manager
from pylopdf_fonts_zh_tw import sans_path

INK = "#1b2a35"
COLOURS = ("#0f766e", "#c2410c", "#4338ca", "#a16207", "#be185d", "#64748b")


def apply() -> None:
    """Use the portal's style for every figure drawn afterwards."""
    font_manager.fontManager.addfont(str(sans_path()))
    plt.rcParams.update(
        {
            "axes.edgecolor": INK,
            "axes.grid": True,
            "axes.labelcolor": INK,
            "axes.prop_cycle": cycler(color=COLOURS),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlesize": "medium",
            "axes.unicode_minus": False,
            "figure.constrained_layout.use": True,
            "figure.dpi": 100,
            "font.family": ["DejaVu Sans", "Noto Sans TC"],
            "grid.alpha": 0.25,
            "text.color": INK,
            "xtick.color": INK,
            "ytick.color": INK,
        }
    )
