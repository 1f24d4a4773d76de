"""The words of the lessons."""

TERMS = {
    "embedding": "The list of numbers that the network makes of a face: a point on a sphere of radius 1.",
    "squared distance": "How far two embeddings are apart: 0 is the same point, 4 the opposite side of the sphere.",
    "triplet": "Three faces: an anchor, a positive (same person) and a negative (somebody else).",
    "margin": "By how much nearer the positive must be than the negative, in squared distance.",
    "active triplet": "A triplet that does not keep the margin yet: it still teaches.",
    "semi-hard": "The negative is farther than the positive, but by less than the margin.",
    "easy": "The negative is farther than the positive by more than the margin: nothing left to learn.",
    "hard": "The negative is nearer than the positive.",
    "gradient": "In which direction, and how strongly, a change of the points lowers the loss.",
    "step": "One batch of faces, one small change of the network's weights.",
    "epoch": "As many steps as it takes to show every training image about once.",
    "seen people": "The people the network is trained on.",
    "held-out images": "Images of seen people that are not trained on.",
    "unseen people": "People the network has never been shown.",
    "map": "A flat picture of the embeddings; it keeps neighbours together as well as two dimensions can.",
    "threshold": "Two faces nearer than this count as the same person.",
    "false accept": "Two different people taken for one.",
    "false reject": "Two images of one person taken for two people.",
    "VAL": "Share of same-person pairs that are accepted, as in the FaceNet paper.",
    "FAR": "Share of different-person pairs that are accepted, as in the FaceNet paper.",
}
