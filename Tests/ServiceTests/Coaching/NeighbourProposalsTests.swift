import Foundation
import Testing

@testable import greenroom

@Suite struct NeighbourProposalsTests {
    @Test func laterQuestionsCountForMore() throws {
        let (a, b, c, d) = (UUID(), UUID(), UUID(), UUID())
        let found = NeighbourProposals.following([a, b], [c: [a: 0.5], d: [b: 0.5]])
        #expect(found.map(\.question) == [c, d])
        #expect(abs(found[0].strength - 0.5 / 1.7) < 1e-12 && abs(found[1].strength - 0.35 / 1.7) < 1e-12)
        let both = NeighbourProposals.following([a, b], [c: [a: 1, b: 1]])
        #expect(abs(both[0].strength - 1) < 1e-12)
        #expect(NeighbourProposals.following([], [c: [a: 1]]).isEmpty)
    }
}
