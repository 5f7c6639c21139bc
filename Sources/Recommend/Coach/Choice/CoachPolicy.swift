public import Learner

/// Chooses what a person practises next.
///
/// The value of a question is a sum of parts: what is expected to be learned (the target band's share of the
/// probability of answering well, under its uncertainty, times what is missing in its skills), weakness, how nearly its
/// skills are forgotten, relevance, neighbours, popularity, novelty, quality and taste, less what it has in common with
/// the list so far. The list is made greedily, the best first.
///
/// Guarantees: nothing excluded is in the list; no question twice; no two near-duplicates; the parts of a score add up to
/// it; equal requests of equal models give equal lists. The list is shorter than asked only when every candidate left
/// is excluded, unknown to the model, or a near-duplicate of one in the list. What fits comes first, then what makes
/// the list one-sided, then what is hopeless or trivial, then questions in poor health (`Tier`).
///
/// With no answers and no profile all people are alike: difficulty, needs, popularity and quality decide. A declared
/// profile acts through `PersonPrior`, a post through the needs.
///
/// - Complexity: O(candidates × (prediction + log candidates)), and O(count × candidates × dimension) at the very most
///   for the choice; what cannot win any more is not compared, so it is far less in practice.
public struct CoachPolicy: Sendable {
    public let parameters: CoachParameters

    /// - Throws: `CoachInputError` for a setting outside its range.
    public init(parameters: CoachParameters = CoachParameters()) throws(CoachInputError) {
        try parameters.check()
        self.parameters = parameters
    }

    /// At most `request.count` questions, in the order of choice.
    /// - Throws: `CoachInputError.count` for too many wanted or too many candidates.
    public func choose(_ request: CoachRequest, model: LearnerModel) throws(CoachInputError) -> [CoachRecommendation] {
        guard (0...CoachRequest.countMax).contains(request.count) else {
            throw .count(field: "count", received: request.count, allowed: 0...CoachRequest.countMax)
        }
        guard request.candidates.count <= CoachRequest.candidatesMax else {
            throw .count(
                field: "candidates", received: request.candidates.count, allowed: 0...CoachRequest.candidatesMax)
        }
        let scoring = CandidateScoring(request, model: model, parameters: parameters)
        var selection = ListSelection(scoring.scored(), of: request, parameters: parameters)
        let reasons = CoachReason(scoring)
        return selection.choose().map { choice in
            let source = choice.isExploration ? .explore : reasons.source(choice.scored)
            return CoachRecommendation(
                question: choice.scored.question, source: source, parts: choice.parts,
                relevanceScore: min(max(choice.parts.score / parameters.weights.whole, 0), 1),
                reason: reasons.text(choice.scored, source: source), expected: choice.scored.expected,
                propensity: choice.propensity, tier: choice.tier)
        }
    }
}
