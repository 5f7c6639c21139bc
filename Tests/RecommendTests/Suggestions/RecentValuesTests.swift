import TestSupport
import Testing

@testable import Recommend

@Suite struct RecentValuesTests {
    @Test func keepsWhatIsUsedAndNeverMoreThanItsLimit() {
        for seed in UInt64(0)..<50 {
            var generator = SeededGenerator(seed: seed)
            let countMax = 2 + generator.below(20)
            var values = RecentValues<Int, Int>(countMax: countMax)
            var truth: [Int: Int] = [:]
            for step in 0..<500 {
                let key = generator.below(40)
                if generator.chance(0.5) {
                    values.insert(step, for: key)
                    truth[key] = step
                    #expect(values.use(key) == step, "seed \(seed): what was just kept is there")
                } else if let value = values.use(key) {
                    #expect(value == truth[key], "seed \(seed): an old value came")
                }
                #expect(values.count <= countMax, "seed \(seed)")
            }
        }
    }

    @Test func whatIsUsedAgainAndAgainStays() {
        var values = RecentValues<Int, Int>(countMax: 8)
        values.insert(-1, for: -1)
        for number in 0..<1_000 {
            values.insert(number, for: number)
            #expect(values.use(-1) == -1)
        }
        #expect(values.use(10) == nil)
    }
}
