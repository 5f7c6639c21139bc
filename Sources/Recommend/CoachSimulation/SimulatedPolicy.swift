/// Ways to choose what a simulated person practises.
public enum SimulatedPolicy: String, CaseIterable, Codable, Sendable {
    case coach
    /// Any question of the role.
    case random
    /// One question of each of the skills that the learner model holds for the weakest, any of the skill's.
    case weakestFirst = "weakest_first"
    /// Any question whose label fits: medium at first, one label harder after a sitting that went well in four of five,
    /// one easier after one that did not in half.
    case labelDifficulty = "label_difficulty"
    /// The most practised questions not answered yet.
    case mostPopular = "most_popular"
    /// Knows the truth: the questions that add most to mastery now, judged one by one. No policy can know it; it shows
    /// how much there is to win.
    case knowsTruth = "knows_truth"
}
