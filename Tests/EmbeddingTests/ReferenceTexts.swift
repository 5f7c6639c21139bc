import Foundation

/// Texts with the tokens and, for some, the vectors that the model's reference implementation gives them.
struct ReferenceTexts: Decodable {
    struct Text: Decodable {
        let text: String
        let ids: [Int32]
        let vector: [Float]?

        enum CodingKeys: String, CodingKey {
            case text, ids, vector
            /// The name in the whole set, of which the fixture is a sample.
            case vec
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            text = try values.decode(String.self, forKey: .text)
            ids = try values.decode([Int32].self, forKey: .ids)
            vector =
                try values.decodeIfPresent([Float].self, forKey: .vector)
                ?? values.decodeIfPresent([Float].self, forKey: .vec)
        }
    }

    let texts: [Text]

    enum CodingKeys: String, CodingKey { case texts, items }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        texts =
            try values.decodeIfPresent([Text].self, forKey: .texts) ?? values.decode([Text].self, forKey: .items)
    }

    /// The fixture, or the file that GREENROOM_REFERENCE names.
    static func load() throws -> ReferenceTexts {
        let fixture = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/reference.json")
        let file = ProcessInfo.processInfo.environment["GREENROOM_REFERENCE"].map { URL(filePath: $0) } ?? fixture
        return try JSONDecoder().decode(ReferenceTexts.self, from: Data(contentsOf: file))
    }
}

/// The model's folder, without which nothing can be tested.
enum TestModel {
    struct Missing: Error, CustomStringConvertible {
        let description =
            "GREENROOM_MODEL_DIR is not set: fetch the model with 'scripts/fetch-model FOLDER' and name the folder there"
    }

    static func folder() throws -> String {
        guard let folder = ProcessInfo.processInfo.environment["GREENROOM_MODEL_DIR"], !folder.isEmpty else {
            throw Missing()
        }
        return folder
    }
}

/// The cosine of vectors of any length.
func cosine(_ left: [Float], _ right: [Float]) -> Double {
    var product = 0.0
    var squares = (0.0, 0.0)
    for (a, b) in zip(left, right) {
        product += Double(a) * Double(b)
        squares.0 += Double(a) * Double(a)
        squares.1 += Double(b) * Double(b)
    }
    return product / (squares.0 * squares.1).squareRoot()
}
