/// Fits the mixer's weights by Adam (Kingma and Ba 2015) on the weighted likelihood. It starts as the Gaussian model
/// alone, and the squared distance from there costs: little for shared weights (a normal prior whose weight falls with
/// the answers), more for gated ones, since a gate should say only what the shared weights cannot.
struct MixerFit {
    var epochs = 3
    var batch = 256
    var stepsMin = 2_000
    var rate: Float = 0.003
    /// The precision of the prior on shared weights, in answers.
    var priorAnswers: Float = 10
    var gateDecay: Float = 1e-3
    var seed: UInt64 = 5

    /// - Parameter heldOut: the fold left out, nil for none.
    func run(_ samples: [MixerSample], heldOut: Int? = nil) -> LearnerCoefficients.Mixer {
        var order = samples.indices.filter { Int(samples[$0].fold) != heldOut }
        let (centre, scale) = Self.moments(samples, order)
        var prior = FeatureVector()
        prior[Features.combined] = 1 / scale[Features.combined]
        prior[Features.one] = centre[Features.combined]
        var weights = [FeatureVector](repeating: FeatureVector(), count: 1 + Features.gateCount)
        var mean = weights
        var square = weights
        var gradient = weights
        weights[0] = prior
        let decay = priorAnswers / Float(max(order.count, 1))
        let meanWeight = order.reduce(Float(0)) { $0 + samples[$1].weight } / Float(max(order.count, 1))
        var random = SimulationRandom(seed: seed)
        let perEpoch = max(order.count / batch, 1)
        let epochs = max(epochs, min((stepsMin + perEpoch - 1) / perEpoch, 100))
        let total = Float(epochs * perEpoch)
        var step: Float = 0
        var meanPower: Float = 1
        var squarePower: Float = 1
        for _ in 0..<epochs {
            order.shuffle(using: &random)
            for start in stride(from: 0, to: order.count - batch + 1, by: batch) {
                for index in gradient.indices { gradient[index] = FeatureVector() }
                for place in start..<(start + batch) {
                    Self.add(samples[order[place]], weights, centre, scale, &gradient)
                }
                step += 1
                meanPower *= 0.9
                squarePower *= 0.999
                let now = rate * (1 - 0.95 * step / total)
                for index in weights.indices {
                    let penalty = index == 0 ? (weights[0] - prior) * decay : weights[index] * gateDecay
                    let slope = gradient[index] * (1 / (Float(batch) * meanWeight)) - penalty
                    mean[index] = mean[index] * 0.9 + slope * 0.1
                    square[index] = square[index] * 0.999 + slope * slope * 0.001
                    for place in 0..<FeatureVector.scalarCount {
                        let spread = (square[index][place] / (1 - squarePower)).squareRoot() + 1e-8
                        weights[index][place] += now / (1 - meanPower) * mean[index][place] / spread
                    }
                }
            }
        }
        var mixer = LearnerCoefficients.Mixer()
        mixer.centre = centre.list
        mixer.scale = scale.list
        mixer.shared = weights[0].list
        mixer.gated = weights.dropFirst().map(\.list)
        return mixer
    }

    /// Mean weighted log-loss of a mixer that does not go on learning, over one fold.
    static func loss(_ samples: [MixerSample], fold: Int, mixer: LearnerCoefficients.Mixer) -> Double {
        let mixer = Mixer(mixer)
        var sum = 0.0
        var weight = 0.0
        for sample in samples where Int(sample.fold) == fold {
            let logit = mixer.logit(mixer.standard(sample.features), sample.evidence)
            let p = min(max(Elementary.logistic(logit), 1e-6), 1 - 1e-6)
            let likelihood = sample.score * Elementary.log(p) + (1 - sample.score) * Elementary.log(1 - p)
            sum -= Double(sample.weight * likelihood)
            weight += Double(sample.weight)
        }
        return sum / max(weight, 1e-9)
    }

    @inline(__always)
    private static func add(
        _ sample: MixerSample, _ weights: [FeatureVector], _ centre: FeatureVector, _ scale: FeatureVector,
        _ gradient: inout [FeatureVector]
    ) {
        let standard = ((sample.features - centre) * scale).held(within: 4)
        let tries = 1 + Int(sample.triesGate)
        let relation = 7 + Int(sample.relationGate)
        let experience = 13 + Int(sample.experienceGate)
        let sum = weights[0] + weights[tries] + weights[relation] + weights[experience]
        let error = sample.score - Elementary.logistic((sum * standard).sum)
        let slope = standard * (sample.weight * error)
        gradient[0] += slope
        gradient[tries] += slope
        gradient[relation] += slope
        gradient[experience] += slope
    }

    private static func moments(
        _ samples: [MixerSample], _ order: [Int]
    ) -> (centre: FeatureVector, scale: FeatureVector) {
        var sum = [Double](repeating: 0, count: Features.count)
        var squares = sum
        var weight = 0.0
        for index in order {
            let share = Double(samples[index].weight)
            weight += share
            for place in 0..<Features.count {
                let value = Double(samples[index].features[place])
                sum[place] += share * value
                squares[place] += share * value * value
            }
        }
        var centre = FeatureVector()
        var scale = FeatureVector()
        for place in 0..<Features.count {
            let mean = sum[place] / max(weight, 1e-9)
            let variance = squares[place] / max(weight, 1e-9) - mean * mean
            centre[place] = Float(mean)
            // A feature that hardly moves here may move elsewhere: its scale stays moderate.
            scale[place] = Float(1 / (max(variance, 0) + 0.01).squareRoot())
        }
        centre[Features.one] = 0
        scale[Features.one] = 1
        return (centre, scale)
    }
}

extension MixerSample {
    var evidence: Evidence {
        var evidence = Evidence()
        evidence.triesGate = Int(triesGate)
        evidence.relationGate = Int(relationGate)
        evidence.experienceGate = Int(experienceGate)
        return evidence
    }
}
