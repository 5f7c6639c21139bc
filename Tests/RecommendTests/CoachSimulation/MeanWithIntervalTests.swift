import Testing

@testable import Recommend

@Suite("Coach: intervals")
struct MeanWithIntervalTests {
    @Test("Student's quantiles, as tables have them")
    func quantiles() {
        for (freedom, expected) in [(5.0, 2.571), (9.0, 2.262), (19.0, 2.093), (100.0, 1.984)] {
            #expect(abs(MeanWithInterval.quantile(freedom: freedom) - expected) < 0.01)
        }
    }

    @Test("The interval surrounds the mean; one value has none")
    func interval() {
        let several = MeanWithInterval([1, 2, 3, 4])
        #expect(several.mean == 2.5 && several.lower < 2.5 && several.upper > 2.5)
        #expect(abs((several.upper + several.lower) / 2 - 2.5) < 1e-12)
        let one = MeanWithInterval([7])
        #expect(one.lower == 7 && one.upper == 7)
    }
}
