import Foundation
import Testing

@testable import greenroom

@Suite struct PseudonymsTests {
    @Test func tellPeopleApartToOneViewerAlone() {
        let names = Pseudonyms(secret: Secret("0123456789abcdef0123456789ABCDEF"))
        let (viewer, other) = (UUID(), UUID())
        #expect(names.name(of: "a", to: viewer) == names.name(of: "a", to: viewer))
        #expect(names.name(of: "a", to: viewer) != names.name(of: "b", to: viewer))
        #expect(names.name(of: "a", to: viewer) != names.name(of: "a", to: other))
        let elsewhere = Pseudonyms(secret: Secret("another secret of many characters"))
        #expect(names.name(of: "a", to: viewer) != elsewhere.name(of: "a", to: viewer))
        #expect(names.name(of: "a", to: viewer).count == "person-".count + 16)
    }
}
