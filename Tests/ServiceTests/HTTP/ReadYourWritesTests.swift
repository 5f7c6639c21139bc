import Catalog
import Testing
import VectorCollections

@testable import greenroom

@Suite struct ReadYourWritesTests {
    @Test func readsPositions() throws {
        let positions = try ReadYourWrites.positions("questions=42, job_descriptions = 7")
        #expect(positions.map(\.0) == [.questions, .jobDescriptions])
        #expect(positions.map(\.1) == [Position(42), Position(7)])
    }

    @Test(arguments: ["42", "questions=", "questions=-1", "questions=x", "nothing=1", "questions=1=2"])
    func refusesWhatIsNone(header: String) {
        let error = #expect(throws: APIError.self) { try ReadYourWrites.positions(header) }
        #expect(error?.code == "validation_error" && error?.issues.map(\.field) == [["X-Greenroom-Wait-For"]])
    }
}
