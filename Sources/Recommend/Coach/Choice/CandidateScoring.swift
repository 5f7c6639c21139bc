import Learner

/// A candidate with the parts of its score that do not depend on the rest of the list.
struct ScoredCandidate: Sendable {
    /// Its place in the request.
    let place: Int
    let question: Int32
    let expected: Prediction
    let parts: CoachRecommendation.Parts
    /// The score so far: redundancy only lowers it.
    let base: Double
    /// `fitting`, `unfit` or `unhealthy`.
    let tier: CoachRecommendation.Tier
}

/// Scores candidates for one person at one moment.
struct CandidateScoring: Sendable {
    let request: CoachRequest
    let model: LearnerModel
    let parameters: CoachParameters
    let weights: SkillWeights
    private let standings: SkillStandings
    private let band: TargetBand
    private let taste: CoachFeedback.Taste
    private let strangeness: Double

    init(_ request: CoachRequest, model: LearnerModel, parameters: CoachParameters) {
        self.request = request
        self.model = model
        self.parameters = parameters
        weights = SkillWeights(request.needs)
        var skills: Set<Int32> = []
        for candidate in request.candidates.prefix(CoachRequest.candidatesMax) {
            for index in 0..<candidate.skills.count { skills.insert(candidate.skills[index]) }
        }
        standings = SkillStandings(
            skills, model, request.person, seconds: request.seconds, weights, parameters)
        band = parameters.band.moved(by: request.feedback.bandShift(seconds: request.seconds))
        taste = request.feedback.taste(seconds: request.seconds)
        strangeness = parameters.popularityAnswers / (parameters.popularityAnswers + Double(request.person.answers))
    }

    /// Every candidate that may be recommended, the greatest score first; ties in order of question. Leaves out what
    /// history or feedback excludes and what the model does not know by number.
    func scored() -> [ScoredCandidate] {
        var met = NumberSet(limit: model.questionCount)
        var found: [ScoredCandidate] = []
        let candidates = request.candidates.prefix(CoachRequest.candidatesMax)
        found.reserveCapacity(candidates.count)
        for place in candidates.indices {
            let question = candidates[place].question
            guard isKnown(question, candidates[place].skills), met.insert(question),
                !request.history.excludes(question, seconds: request.seconds),
                !request.feedback.excludes(question, seconds: request.seconds)
            else { continue }
            found.append(score(candidates[place], place))
        }
        // The keys alone are a fifth of the whole to move about.
        let keys = found.indices.map { (base: found[$0].base, question: found[$0].question, place: $0) }
        return keys.sorted { ($1.base, $0.question) < ($0.base, $1.question) }.map { found[$0.place] }
    }

    /// What is known of a skill of a candidate.
    subscript(skill: Int32) -> SkillStanding? { standings[skill] }

    private func isKnown(_ question: Int32, _ skills: SkillTags) -> Bool {
        guard question >= 0, Int(question) < model.questionCount else { return false }
        for index in 0..<skills.count where Int(skills[index]) >= model.skillCount { return false }
        return true
    }

    private func score(_ candidate: CoachCandidate, _ place: Int) -> ScoredCandidate {
        let expected = model.predict(
            request.person, question: candidate.question, skills: candidate.skills, seconds: request.seconds)
        let share = 1 / Double(candidate.skills.count)
        var need = 0.0
        var weakness = 0.0
        var due = 0.0
        var room = 0.0
        for index in 0..<candidate.skills.count {
            guard let standing = standings[candidate.skills[index]] else { continue }
            need += share * standing.need
            weakness += share * standing.need * standing.weakness
            due += share * standing.need * standing.due
            room += share * standing.need * standing.steepness
        }
        let most = parameters.weights
        let health = Self.share(candidate.health)
        let banded = band.expectedShare(expected)
        // Two skills practised at once are each practised somewhat less, and together somewhat more than one.
        let several = min(Double(candidate.skills.count).squareRoot(), 2) / 2
        let learned = several * (parameters.learningFloor * need + (1 - parameters.learningFloor) * room)
        var parts = CoachRecommendation.Parts()
        parts.learning = most.learning * banded * learned * health
        parts.weakness = most.weakness * weakness
        // What is recalled with some effort is kept longest; what cannot be recalled has to be learned again first.
        parts.due = most.due * due * banded
        parts.relevance = most.relevance * relevance(candidate, need: need)
        parts.neighbours = most.neighbours * Self.share(candidate.neighbours)
        parts.popularity = most.popularity * Self.share(candidate.popularity) * strangeness
        parts.novelty = most.novelty * novelty(candidate.question)
        parts.quality = most.quality * health
        parts.taste = most.taste * taste.value(candidate)
        let probability = Double(expected.good.probability)
        let fits = probability >= parameters.hopeless && probability <= parameters.trivial
        let tier: CoachRecommendation.Tier = health < parameters.healthMin ? .unhealthy : fits ? .fitting : .unfit
        return ScoredCandidate(
            place: place, question: candidate.question, expected: expected, parts: parts, base: parts.score, tier: tier)
    }

    /// The mean of what is known: the needs, the nearness in meaning, the preferred categories; 0 where nothing is.
    private func relevance(_ candidate: CoachCandidate, need: Double) -> Double {
        var sum = 0.0
        var count = 0.0
        if !weights.isEmpty {
            sum += need
            count += 1
        }
        if let similarity = candidate.similarity {
            // Below about 0.1 a cosine of this kind of text means nothing; above 0.6 it means the same subject.
            sum += Self.share((similarity - 0.1) / 0.5)
            count += 1
        }
        if !request.preferredCategories.isEmpty {
            sum += request.preferredCategories.contains(candidate.category) ? 1 : 0
            count += 1
        }
        return count == 0 ? 0 : sum / count
    }

    /// 1 for a question never answered and never shown; less with every time it was shown in vain.
    private func novelty(_ question: Int32) -> Double {
        let answered = request.history.answers[question] == nil ? 1 : 0.5
        return answered / (1 + request.feedback.timesShown(question, seconds: request.seconds))
    }

    /// A share held to 0...1; what is not a number is 0.
    static func share(_ value: Double) -> Double { value > 0 ? min(value, 1) : 0 }
}
