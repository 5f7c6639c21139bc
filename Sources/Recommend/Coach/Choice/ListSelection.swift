import Learner

/// Makes a list from scored candidates: greedily, with a small seeded share of chance.
///
/// A candidate's score only falls while the list grows, so its score of before bounds it from above: candidates are
/// looked at in the order of that bound until no further one can win, which gives the plain greedy choice with a
/// fraction of the comparisons (Minoux 1978).
struct ListSelection {
    struct Choice {
        let scored: ScoredCandidate
        let parts: CoachRecommendation.Parts
        let propensity: Double
        let tier: CoachRecommendation.Tier
        let isExploration: Bool
    }

    /// What is known of a candidate against the list so far.
    private struct Place {
        /// The first `compared` choices are reckoned in.
        var compared = 0
        var cosineMax = 0.0
        /// Choices that share a skill with it.
        var sharing = 0
        /// Chosen, or a near-duplicate of a choice.
        var isOut = false
    }

    private let candidates: [CoachCandidate]
    private let scored: [ScoredCandidate]
    private let count: Int
    private let parameters: CoachParameters
    private var random: SeededRandom
    private var places: [Place]
    private var chosen: [Int] = []
    private var categories: [String: Int] = [:]
    private var skills: [Int32: Int] = [:]

    /// - Parameter scored: of the request's candidates, the greatest base first.
    init(_ scored: [ScoredCandidate], of request: CoachRequest, parameters: CoachParameters) {
        candidates = request.candidates
        self.scored = scored
        count = request.count
        self.parameters = parameters
        random = SeededRandom(seed: request.seed)
        places = Array(repeating: Place(), count: scored.count)
    }

    mutating func choose() -> [Choice] {
        var choices: [Choice] = []
        var tier = CoachRecommendation.Tier.fitting
        while choices.count < count {
            let isChance = random.unit() < parameters.explorationShare
            let draw = random.unit()
            guard let best = best(within: tier) else {
                guard let wider = CoachRecommendation.Tier(rawValue: tier.rawValue + 1) else { break }
                tier = wider
                continue
            }
            let pool = tier == .fitting && parameters.explorationShare > 0 ? explorable() : []
            var index = best
            var propensity = 1.0
            var isExploration = false
            if !pool.isEmpty {
                if isChance { index = pool[min(Int(draw * Double(pool.count)), pool.count - 1)] }
                isExploration = index != best
                propensity = parameters.explorationShare / Double(pool.count)
                if index == best { propensity += 1 - parameters.explorationShare }
            }
            choices.append(
                Choice(
                    scored: scored[index], parts: parts(index), propensity: propensity,
                    tier: max(tier, scored[index].tier), isExploration: isExploration))
            take(index)
        }
        return choices
    }

    /// The candidate with the greatest score that this tier allows; the earlier of equals.
    private mutating func best(within tier: CoachRecommendation.Tier) -> Int? {
        var best: Int?
        var greatest = -Double.infinity
        for index in scored.indices where !places[index].isOut {
            guard scored[index].base > greatest else { break }
            guard allows(index, tier) else { continue }
            compare(index)
            guard !places[index].isOut else { continue }
            let score = scored[index].base + redundancy(index)
            if score > greatest {
                greatest = score
                best = index
            }
        }
        return best
    }

    /// What a place may fall to by chance; the best of what is left, and always among them the best.
    private mutating func explorable() -> [Int] {
        var pool: [Int] = []
        for index in scored.indices where !places[index].isOut {
            guard pool.count < parameters.explorationPoolMax else { break }
            guard allows(index, .fitting) else { continue }
            compare(index)
            if !places[index].isOut { pool.append(index) }
        }
        return pool
    }

    private func allows(_ index: Int, _ tier: CoachRecommendation.Tier) -> Bool {
        scored[index].tier <= tier && (tier > .fitting || !isCrowded(candidates[scored[index].place]))
    }

    private func isCrowded(_ candidate: CoachCandidate) -> Bool {
        guard count >= 5 else { return false }
        let ofCategory = Int((Double(count) * parameters.categoryShareMax).rounded(.up))
        if !candidate.category.isEmpty, categories[candidate.category, default: 0] >= ofCategory { return true }
        let ofSkill = Int((Double(count) * parameters.skillShareMax).rounded(.up))
        for place in 0..<candidate.skills.count where skills[candidate.skills[place], default: 0] >= ofSkill {
            return true
        }
        return false
    }

    /// Brings what is known of a candidate up to the list as it is.
    private mutating func compare(_ index: Int) {
        guard places[index].compared < chosen.count else { return }
        let candidate = candidates[scored[index].place]
        while places[index].compared < chosen.count {
            let other = candidates[scored[chosen[places[index].compared]].place]
            let cosine = Self.cosine(candidate.vector, other.vector)
            places[index].cosineMax = max(places[index].cosineMax, cosine)
            if cosine >= parameters.nearDuplicateCosine { places[index].isOut = true }
            if Self.shares(candidate.skills, other.skills) { places[index].sharing += 1 }
            places[index].compared += 1
        }
    }

    /// Half of it is likeness in meaning, half how many choices share a skill.
    private func redundancy(_ index: Int) -> Double {
        let place = places[index]
        let likeness = CandidateScoring.share((place.cosineMax - 0.3) / 0.7)
        let crowding = 1 - 1 / Double(1 + place.sharing)
        return -parameters.weights.redundancy * (0.5 * likeness + 0.5 * crowding)
    }

    private func parts(_ index: Int) -> CoachRecommendation.Parts {
        var parts = scored[index].parts
        parts.redundancy = redundancy(index)
        return parts
    }

    private mutating func take(_ index: Int) {
        chosen.append(index)
        places[index].isOut = true
        let candidate = candidates[scored[index].place]
        if !candidate.category.isEmpty { categories[candidate.category, default: 0] += 1 }
        for place in 0..<candidate.skills.count { skills[candidate.skills[place], default: 0] += 1 }
    }

    private static func shares(_ left: SkillTags, _ right: SkillTags) -> Bool {
        for index in 0..<left.count where right.contains(left[index]) { return true }
        return false
    }

    /// Of two unit vectors; 0 where one has none or the dimensions differ.
    static func cosine(_ left: [Float], _ right: [Float]) -> Double {
        guard left.count == right.count else { return 0 }
        return left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                // Four sums of four: one alone would wait for each addition.
                var sums = (SIMD4<Float>(), SIMD4<Float>(), SIMD4<Float>(), SIMD4<Float>())
                var index = 0
                while index + 16 <= left.count {
                    sums.0 += four(left, index) * four(right, index)
                    sums.1 += four(left, index + 4) * four(right, index + 4)
                    sums.2 += four(left, index + 8) * four(right, index + 8)
                    sums.3 += four(left, index + 12) * four(right, index + 12)
                    index += 16
                }
                var total = ((sums.0 + sums.1) + (sums.2 + sums.3)).sum()
                while index < left.count {
                    total += left[index] * right[index]
                    index += 1
                }
                return Double(total)
            }
        }
    }

    @inline(__always)
    private static func four(_ values: UnsafeBufferPointer<Float>, _ index: Int) -> SIMD4<Float> {
        SIMD4(values[index], values[index + 1], values[index + 2], values[index + 3])
    }
}
