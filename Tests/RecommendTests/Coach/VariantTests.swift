import Testing

@testable import Recommend

@Suite("Coach: variants")
struct VariantTests {
    @Test("A person stays in an arm, arms get their shares, experiments are independent")
    func shares() throws {
        var counts = [0, 0, 0]
        var both = 0
        for person in 0..<20_000 {
            let name = "person-\(person)"
            let first = try Variant(person: name, experiment: "band", shares: [0.5, 0.3, 0.2])
            #expect(try Variant(person: name, experiment: "band", shares: [0.5, 0.3, 0.2]) == first)
            counts[first.arm] += 1
            let second = try Variant(person: name, experiment: "explore", shares: [1, 1])
            if first.arm == 0, second.arm == 0 { both += 1 }
            #expect(second.propensity == 0.5)
        }
        for (count, share) in zip(counts, [0.5, 0.3, 0.2]) { #expect(abs(Double(count) / 20_000 - share) < 0.02) }
        #expect(abs(Double(both) / 20_000 - 0.25) < 0.02)
    }

    @Test("The hash is the same everywhere")
    func golden() {
        // FNV-1a of the empty text is its offset basis.
        #expect(SeededRandom.hash("") == SeededRandom.mixed(0xCBF2_9CE4_8422_2325))
        #expect(SeededRandom.hash("a") == SeededRandom.mixed(0xAF63_DC4C_8601_EC8C))
    }

    @Test("Shares that divide nothing are refused, arms of no share get nobody")
    func refused() throws {
        #expect(throws: CoachInputError.self) { try Variant(person: "p", experiment: "e", shares: []) }
        #expect(throws: CoachInputError.self) { try Variant(person: "p", experiment: "e", shares: [0, 0]) }
        #expect(throws: CoachInputError.self) { try Variant(person: "p", experiment: "e", shares: [1, -1]) }
        #expect(throws: CoachInputError.self) { try Variant(person: "p", experiment: "e", shares: [1, .nan]) }
        for person in 0..<200 {
            let variant = try Variant(person: "\(person)", experiment: "e", shares: [0, 1, 0])
            #expect(variant.arm == 1 && variant.propensity == 1)
        }
    }
}
