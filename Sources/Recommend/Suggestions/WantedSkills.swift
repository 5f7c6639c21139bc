/// The needs of a post as questions are compared with them.
struct WantedSkills {
    /// A skill of a question that is near a need.
    struct Nearest {
        let name: String
        /// 0..1
        let nearness: Double
    }

    let needs: [Need]
    /// Of unit length, one a need.
    let vectors: [[Float]]
    /// One a need; see `NeedQuestions.Found`.
    let topicality: [Double]
    private let vocabulary: SkillsVocabulary
    private let bank: BankSkills.Supply
    /// The needs that each skill is near to.
    private let served: [SkillKey: [(place: Int, nearness: Double)]]

    init(
        needs: [Need], vectors: [[Float]], topicality: [Double], vocabulary: SkillsVocabulary, bank: BankSkills.Supply
    ) {
        self.needs = needs
        self.vectors = vectors
        self.topicality = topicality
        self.vocabulary = vocabulary
        self.bank = bank
        var served: [SkillKey: [(place: Int, nearness: Double)]] = [:]
        for (place, need) in needs.enumerated() {
            guard let skill = need.kind.skill else { continue }
            for (other, nearness) in vocabulary.near(skill) { served[other, default: []].append((place, nearness)) }
        }
        self.served = served
    }

    /// Whether a question carries a needed skill that was only inferred from its words.
    func isInferred(_ question: IndexedQuestion) -> Bool {
        question.question.areSkillsInferred
            && question.skills.contains { served[$0.key]?.contains { $0.nearness == 1 } ?? false }
    }

    /// For each need the nearest of some skills, the first of equals; nil where none is near.
    func nearest(among skills: [IndexedQuestion.CarriedSkill]) -> [Nearest?] {
        var nearest = [Nearest?](repeating: nil, count: needs.count)
        for skill in skills {
            for (place, nearness) in served[skill.key] ?? [] where nearness > nearest[place]?.nearness ?? 0 {
                nearest[place] = Nearest(name: skill.name, nearness: nearness)
            }
        }
        return nearest
    }

    /// A question that names a skill and another, unlike one that the bank has more of, is rather about the other: "How does
    /// Spring Boot connect to a database?" is of little use to who wants databases.
    func focus(on place: Int, among skills: [IndexedQuestion.CarriedSkill]) -> Double {
        guard let wanted = needs[place].kind.skill else { return 1 }
        let isBesides = skills.contains { other in
            other.key != wanted && bank.count(of: other.key) > bank.count(of: wanted)
                && vocabulary.nearness(of: other.key, to: wanted) == 0
        }
        return isBesides ? 0.5 : 1
    }

    /// How far a question whose skills were inferred from its words keeps company with others that carry a need's skill,
    /// 0..1: of the questions nearest to it, the share that does, which need not be large. "How do you debug React Native?"
    /// names debugging and lies among questions on React.
    func agreement(on place: Int, among neighbours: [IndexedQuestion]) -> Double {
        guard let wanted = needs[place].kind.skill, !neighbours.isEmpty else { return 1 }
        let enough = min(Double(neighbours.count) * Self.companyShare, Double(bank.count(of: wanted) - 1))
        return min(1, Double(neighbours.count { $0.carries(wanted) }) / max(1, enough))
    }

    /// Of a question's neighbours those that must carry its skill for it to be sure.
    private static let companyShare = 0.35
}
