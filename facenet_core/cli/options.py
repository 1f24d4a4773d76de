"""The options of every command."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from facenet_core.choices import LOSSES, MINERS, NETWORKS, SOURCES
from facenet_core.cli import option_values as values
from facenet_core.config import DEVICES, OPTIMISERS, PRECISIONS, SCHEDULES
from facenet_core.evaluation.clustering.methods import CLUSTERINGS
from facenet_core.evaluation.verification.threshold_rules import RULES
from facenet_core.runs.engine.opening import default_data

Command = Callable[[argparse.Namespace], dict[str, Any]]
_FROM_NAMES = "whose a picture is stands in its own name, such as subject01.happy or ann_2.jpg, not in its folder's"
Commands = Any  # argparse keeps the type of its sub-parsers to itself


def add_commands(commands: Commands) -> None:
    """Add every command with its options."""
    _add_train(commands)
    _add_atlas(commands)
    _add_evaluate(commands)
    _add_view2(commands)
    _add_baselines(commands)
    _add_embed(commands)
    _add_verify(commands)
    _add_identify(commands)
    _add_cluster(commands)
    _add_export(commands)
    _add(commands, "runs", "list the runs", "facenet_core.cli.lists:runs")
    _add(commands, "example", "make the example run that ships", "facenet_core.cli.train:example").add_argument(
        "--out", type=Path, default=Path("data/example.zip"), metavar="FILE", help="where to (%(default)s)"
    )
    _add(commands, "sources", "list where faces can come from", "facenet_core.cli.lists:sources")
    _add(commands, "networks", "list the networks", "facenet_core.cli.lists:networks")
    workers = _add(commands, "workers", "start the workers of a server", "facenet_core.cli.lists:workers")
    workers.add_argument(
        "--port",
        type=values.whole_number(0, 65535),
        default=0,
        help="where the scheduler listens (default: any free port)",
    )
    workers.add_argument(
        "--warm-up", action=argparse.BooleanOptionalAction, default=True, help="load everything ahead (%(default)s)"
    )


def _add(commands: Commands, name: str, about: str, implementation: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=about, description=about[:1].upper() + about[1:] + ".", allow_abbrev=False
    )
    data = default_data()
    parser.set_defaults(command=_later(implementation))
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--debug", action="store_true", help="print a traceback when something fails")
    parser.add_argument("--runs", type=Path, default=data / "runs", metavar="DIR", help="the runs (%(default)s)")
    parser.add_argument(
        "--faces-root", type=Path, default=data / "faces", metavar="DIR", help="prepared faces (%(default)s)"
    )
    return parser


def _later(implementation: str) -> Command:
    """Return a command that is imported when it is called: each needs other packages."""

    def command(options: argparse.Namespace) -> dict[str, Any]:
        from facenet_core.choices import Choice

        result: dict[str, Any] = Choice("", "", implementation).load()(options)
        return result

    return command


def _add_train(commands: Commands) -> None:
    parser = _add(commands, "train", "train a network", "facenet_core.cli.train:train")
    parser.add_argument("--continue", dest="continue_run", metavar="RUN", help="go on with a run")
    parser.add_argument("--name", help="what you call the run")
    _add_training_options(parser)


def _add_atlas(commands: Commands) -> None:
    from facenet_core.runs.studies.atlas import VARIED

    settings = [name.replace("_", "-") for name in VARIED]
    parser = _add(commands, "atlas", "train the same over several values of a setting", "facenet_core.cli.atlas:atlas")
    parser.add_argument("--over", choices=settings, required=True, help="the setting")
    parser.add_argument("--values", required=True, metavar="A,B,...", help="its values, with commas between them")
    parser.add_argument("--over2", choices=settings, help="a second setting: an atlas for each of its values")
    parser.add_argument("--values2", metavar="A,B,...", help="its values")
    parser.add_argument("--name", help="what you call the atlas")
    _add_training_options(parser)


def _add_training_options(parser: argparse.ArgumentParser) -> None:
    # Left out, an option keeps the default of the configuration: it is absent from the parsed options.
    faces = parser.add_argument_group("faces", argument_default=argparse.SUPPRESS)
    faces.add_argument("--source", choices=list(SOURCES))
    faces.add_argument("--path", metavar="DIR", help="the folder of faces, one sub-folder per person")
    faces.add_argument("--people", type=values.whole_number(), help="people to train on")
    faces.add_argument("--images", type=values.whole_number(), help="images of each to train on")
    faces.add_argument("--people-list", type=Path, metavar="FILE", help="train only on the people named in it")
    faces.add_argument("--people-from-names", action="store_true", help=_FROM_NAMES)
    _add_training(parser)


def _add_training(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("network and training", argument_default=argparse.SUPPRESS)
    group.add_argument("--network", choices=list(NETWORKS))
    group.add_argument("--embedding-size", type=values.whole_number(), metavar="D")
    group.add_argument("--network-option", type=values.network_option, action="append", metavar="NAME=VALUE")
    group.add_argument("--miner", choices=list(MINERS))
    group.add_argument("--loss", choices=list(LOSSES))
    group.add_argument("--margin", type=values.number)
    group.add_argument("--logit-scale", type=values.number, metavar="S", help="of the losses softmax and arcface")
    group.add_argument("--angular-margin", type=values.number, metavar="RADIANS", help="of the loss arcface")
    group.add_argument("--pair-margin", type=values.number, metavar="DISTANCE", help="of the loss contrastive")
    group.add_argument("--people-per-batch", type=values.whole_number(), metavar="P")
    group.add_argument("--images-per-person", type=values.whole_number(), metavar="K")
    group.add_argument("--epochs", type=values.whole_number())
    group.add_argument("--seed", type=values.whole_number())
    group.add_argument("--optimiser", choices=OPTIMISERS)
    group.add_argument("--learning-rate", type=values.number)
    group.add_argument("--weight-decay", type=values.number)
    group.add_argument("--schedule", choices=SCHEDULES)
    group.add_argument("--device", choices=DEVICES)
    group.add_argument("--precision", choices=PRECISIONS)
    group.add_argument("--mirror", action=argparse.BooleanOptionalAction, help="average in the mirror image")
    varied = parser.add_argument_group("augmentation", argument_default=argparse.SUPPRESS)
    varied.add_argument("--flip", action=argparse.BooleanOptionalAction, help="mirror half of the images")
    varied.add_argument("--shift", type=values.whole_number(), metavar="PIXELS")
    varied.add_argument("--cut-out", type=values.whole_number(), metavar="PIXELS")
    varied.add_argument("--brightness", type=values.number, metavar="SHARE")


def _add_evaluate(commands: Commands) -> None:
    parser = _add(commands, "evaluate", "measure a run's network", "facenet_core.cli.evaluate:evaluate")
    parser.add_argument("run", metavar="RUN")
    parser.add_argument(
        "--path",
        type=Path,
        metavar="DIR",
        help="measure on these people, one sub-folder each, not on the run's own",
    )
    parser.add_argument("--people-from-names", action="store_true", help=_FROM_NAMES)
    parser.add_argument("--pairs", type=Path, metavar="FILE", help="of --path, only these pairs, in LFW's format")
    parser.add_argument(
        "--far", type=values.rate, action="append", default=[], metavar="RATE", help="VAL at this false accept rate too"
    )
    parser.add_argument("--rule", choices=RULES, help=f"how a threshold is chosen on --path (default: {RULES[0]})")
    parser.add_argument(
        "--save-threshold",
        type=values.saved_name,
        metavar="NAME",
        help="keep that threshold with the run, for --threshold NAME of the other commands, and for the pages",
    )


def _add_view2(commands: Commands) -> None:
    from facenet_core.evaluation.lfw.protocol import PICTURES, THRESHOLDS_FROM

    parser = _add(
        commands, "lfw-view2", "train and measure LFW's View 2, a network a fold", "facenet_core.cli.lfw_view2:view2"
    )
    parser.add_argument("--path", type=Path, required=True, metavar="IMAGES", help="LFW, one sub-folder per person")
    parser.add_argument("--protocol", type=Path, required=True, metavar="DIR", help="holds people.txt and pairs.txt")
    parser.add_argument("--folds", metavar="1..10", help="which of the folds (default: all)")
    parser.add_argument(
        "--threshold-from",
        choices=THRESHOLDS_FROM,
        default=THRESHOLDS_FROM[0],
        help="one of the other folds that is not trained on, or all of them, trained on (%(default)s)",
    )
    parser.add_argument("--pictures", choices=PICTURES, help="what was done to them (default: from the folder's name)")
    _add_training(parser)


def _add_baselines(commands: Commands) -> None:
    about = "set a run beside other losses, Eigenfaces, raw pixels and guessing, on the same pairs"
    parser = _add(commands, "baselines", about, "facenet_core.cli.baselines:baselines")
    parser.add_argument("run", metavar="RUN")
    parser.add_argument(
        "--train", action=argparse.BooleanOptionalAction, default=True, help="train what is missing (%(default)s)"
    )


def _add_embed(commands: Commands) -> None:
    parser = _add(commands, "embed", "store the embeddings of pictures", "facenet_core.cli.use:embed")
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="ends in .npz, .csv or .parquet")
    parser.add_argument("--people-from-names", action="store_true", help=_FROM_NAMES)


def _add_verify(commands: Commands) -> None:
    parser = _add(commands, "verify", "tell whether two pictures show one person", "facenet_core.cli.use:verify")
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("first", type=Path, metavar="A")
    parser.add_argument("second", type=Path, metavar="B")
    _add_threshold(parser)


def _add_identify(commands: Commands) -> None:
    parser = _add(commands, "identify", "find a person in a gallery", "facenet_core.cli.use:identify")
    parser.add_argument("run", metavar="RUN")
    parser.add_argument(
        "gallery", type=Path, metavar="GALLERY_DIR", help="one sub-folder per person, or an .npz of embed"
    )
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    parser.add_argument("--people-from-names", action="store_true", help=_FROM_NAMES)
    _add_threshold(parser)


def _add_cluster(commands: Commands) -> None:
    parser = _add(commands, "cluster", "sort pictures by person", "facenet_core.cli.cluster:cluster")
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--people-from-names", action="store_true", help=_FROM_NAMES)
    _add_threshold(parser)
    parser.add_argument("--method", choices=list(CLUSTERINGS), default="single", help="how (%(default)s)")
    parser.add_argument(
        "--smallest",
        type=values.whole_number(2),
        default=3,
        metavar="N",
        help="pictures that make a group, for dbscan and hdbscan (3)",
    )
    parser.add_argument(
        "--people", type=values.whole_number(1), metavar="N", help="how many people there are, for k-means"
    )
    parser.add_argument("--seed", type=values.whole_number(0), default=0, help="where k-means begins (%(default)s)")


def _add_export(commands: Commands) -> None:
    from facenet_core.exports.film import FLAT_MAPS
    from facenet_core.exports.making import FORMATS
    from facenet_core.exports.tables import TABLES

    parser = _add(commands, "export", "take a run home as one file", "facenet_core.cli.export:export")
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("--format", choices=list(FORMATS), required=True, help="what to make of it")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="ends as the format does; projector: .zip"
    )
    parser.add_argument("--map", choices=FLAT_MAPS, help="of films and the report (default: stored UMAP, else PCA)")
    parser.add_argument(
        "--size", type=values.whole_number(), default=600, metavar="PIXELS", help="a side of a film (%(default)s)"
    )
    parser.add_argument("--faces", action="store_true", default=None, help="thumbnails in a film")
    parser.add_argument(
        "--dots", dest="faces", action="store_false", help="dots in a film (default: GIF, or above 150 faces)"
    )
    parser.add_argument("--table", choices=TABLES, default="embeddings", help="of csv and parquet (%(default)s)")
    parser.add_argument(
        "--epoch", type=values.epoch_number, metavar="N", help="whose embeddings, or all (default: the last; npz: all)"
    )
    parser.add_argument(
        "--with-photos", action="store_true", help="take own photographs along, which stay here otherwise"
    )


def _add_threshold(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--threshold",
        type=values.threshold,
        metavar="T",
        help="largest squared distance of one person's pictures, or the name of a saved threshold "
        "(default: the best on the run's unseen people)",
    )
