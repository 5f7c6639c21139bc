import Testing

@testable import Recommend

@Suite("Coach: the target band")
struct TargetBandTests {
    private let band = TargetBand()

    @Test("Most inside the band, less the further outside, on both sides")
    func shape() {
        #expect(band.share(at: 0.6) == 1 && band.share(at: 0.7) == 1 && band.share(at: 0.75) == 1)
        let below = [0.0, 0.2, 0.4, 0.55, 0.6].map(band.share)
        let above = [0.75, 0.8, 0.9, 1.0].map(band.share)
        #expect(below == below.sorted() && Set(below).count == below.count)
        #expect(above == above.sorted(by: >) && Set(above).count == above.count)
    }

    @Test("An uncertain prediction in the band promises less, far outside it more")
    func uncertainty() {
        let sure = band.expectedShare(0.67, lower: 0.65, upper: 0.69)
        let unsure = band.expectedShare(0.67, lower: 0.3, upper: 0.95)
        #expect(sure > unsure)
        let hopeless = band.expectedShare(0.1, lower: 0.08, upper: 0.12)
        let perhaps = band.expectedShare(0.1, lower: 0.01, upper: 0.6)
        #expect(perhaps > hopeless)
    }

    @Test("A moved band keeps its breadth and stays within 0.3...0.95")
    func moved() {
        for shift in [-5, -0.1, 0, 0.1, 5.0] {
            let moved = band.moved(by: shift)
            #expect(abs((moved.high - moved.low) - (band.high - band.low)) < 1e-12)
            #expect(moved.low >= 0.3 - 1e-12 && moved.high <= 0.95 + 1e-12)
        }
    }
}
