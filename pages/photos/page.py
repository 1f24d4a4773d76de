"""Laboratory: what does the network make of your own photos?"""

from facenet_core.faces.photos import look_at_photo
from facenet_core.faces.photos.eyes import lean_of
from facenet_core.faces.photos.finding import find_faces
from pages.photos import kept_sets as photos_kept
from pages.photos import review as photos_review
from pages.shared.lesson.frame import Move, notice, open_lesson, show_code, try_this
from pages.shared.parts import photo_intake as photos_intake
from pages.shared.parts import photo_probe as photos_probe

open_lesson(
    "What does the network make of your own photos?",
    "Bring photos, put the frame around each face and say who it is. They stay in the memory of this session, "
    "are written to no disk and leave no trace when it ends, unless you keep a set for the class.",
    ("embedding", "squared distance", "threshold", "unseen people"),
)

album = photos_intake.album()
photos_intake.bring(album)
photos_review.review(album)
photos_probe.probe(album)
photos_kept.keep_these(album)
photos_kept.kept_sets()

notice(photos_review.points_to_notice(album))
try_this(
    [
        Move("Leave out what is there twice", "try_twins", album.leave_out_twins, disabled=not len(album)),
        Move("Only photos with a face found", "try_found", photos_review.leave_out_unfound, {"album": album}),
        Move("Delete all photos of this session", "try_clear", photos_review.clear, {"album": album}),
    ]
)
show_code(look_at_photo, find_faces, lean_of)
