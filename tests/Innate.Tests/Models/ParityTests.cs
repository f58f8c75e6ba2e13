using System.Text.Json;
using Innate.Compute.Memory;
using Innate.Compute.Simd;
using Innate.Models;
using Innate.Rewards;
using Innate.Tests.Support;
using Innate.Traces;

namespace Innate.Tests.Models;

/// <summary>Every family gives the numbers that an independent float64 reference gives.</summary>
public class ParityTests
{
    public static TheoryData<string, SimdPath> DecodersAndPaths
    {
        get
        {
            var data = new TheoryData<string, SimdPath>();
            foreach (string name in ParityModel.Decoders)
            {
                foreach (SimdPath path in SimdPaths.Supported) data.Add(name, path);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(DecodersAndPaths))]
    public void Logits_agree_with_the_reference(string name, SimdPath path)
    {
        var parity = new ParityModel(name);
        using LanguageModel model = LanguageModel.Load(parity.Folder, new() { Threads = 2, Simd = path });
        using var cache = new KeyValueCache(model.Config, keepLayers: false);
        Matrix hidden = model.Decoder.Forward(TokenTree.Of(parity.Ids), cache);
        Matrix logits = model.Decoder.Logits(hidden, [.. Enumerable.Range(0, parity.Ids.Length)]);

        double difference = 0, size = 0;
        for (int row = 0; row < logits.Rows; row++)
        {
            for (int v = 0; v < logits.Columns; v++)
            {
                double expected = parity.Logits[(row * logits.Columns) + v];
                difference += Math.Pow(logits.Row(row)[v] - expected, 2);
                size += expected * expected;
            }
        }

        double relative = Math.Sqrt(difference / size);
        Assert.True(relative <= 2e-5, $"{name} on {path}: relative error {relative:0.0e0} of the logits");
    }

    [Theory]
    [MemberData(nameof(DecodersAndPaths))]
    public void Traces_agree_with_the_reference_for_every_alpha(string name, SimdPath path)
    {
        var parity = new ParityModel(name);
        using LanguageModel model = LanguageModel.Load(parity.Folder, new() { Threads = 2, Simd = path });
        foreach (JsonProperty byAlpha in parity.Expected.GetProperty("traces_by_alpha").EnumerateObject())
        {
            double alpha = double.Parse(byAlpha.Name, System.Globalization.CultureInfo.InvariantCulture);
            TokenTrace trace = model.Trace([new TraceQuery(parity.Prompt, [parity.Response])], alpha)[0][0];
            RewardResult reward = EndogenousReward.Compute(trace, new RewardOptions { Alpha = alpha });
            JsonElement[] expected = [.. byAlpha.Value.EnumerateArray()];
            Assert.Equal(expected.Length, trace.Length);
            for (int h = 0; h < expected.Length; h++)
            {
                Assert.Equal(expected[h].GetProperty("token").GetInt32(), trace.Tokens[h]);
                Close("q", trace.Q[h]);
                Close("v", trace.V[h]);
                Close("v_next", trace.NextV(h));
                Close("logprob", trace.LogProbability[h]);
                Close("entropy", trace.Entropy[h]);
                Close("self_certainty", trace.SelfCertainty(h));
                Close("reward", reward.PerToken[h]);

                void Close(string field, double found)
                {
                    double wanted = expected[h].GetProperty(field).GetDouble();
                    Assert.True(
                        Math.Abs(wanted - found) <= 1e-4,
                        $"{name} on {path}, alpha {alpha}, token {h}, {field}: expected {wanted}, found {found}");
                }
            }
        }
    }

    [Fact]
    public void A_trained_reward_models_score_agrees_with_the_reference()
    {
        var parity = new ParityModel("qwen3-reward");
        using LanguageModel model = LanguageModel.Load(parity.Folder);
        double score = model.Score([new TraceQuery(parity.Prompt, [parity.Response])])[0][0];
        Assert.Equal(parity.Expected.GetProperty("score").GetDouble(), score, 1e-4);
    }
}
