using System.Text.Json;
using Innate.Compute;
using Innate.Generation;
using Innate.Models;
using Innate.Tests.Support;
using Innate.Text;
using Innate.Traces;

namespace Innate.Tests.Checkpoints.Gguf;

/// <content>Whole models: tiny ones of every family and mix of types, and SmolLM2 as people have it.</content>
public sealed partial class GgufCases
{
    private static readonly string TinyFolder = Path.Combine(Places.Shared, "gguf", "tiny");
    private static readonly string SmolFolder = Path.Combine(Places.Shared, "models", "smollm2");
    private static readonly string SmolFile = Path.Combine(SmolFolder, "SmolLM2-135M-Instruct.Q4_1.gguf");

    public static TheoryData<string> Tiny => Directory.Exists(TinyFolder)
        ? [.. Directory.GetFiles(TinyFolder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Order()]
        : ["absent"];

    [SharedTheory("gguf/tiny")]
    [MemberData(nameof(Tiny))]
    public void A_tiny_model_gives_the_references_log_probabilities(string name)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(TinyFolder, name + ".json")));
        using IKernels kernels = CpuKernels.Create(2);
        string file = Path.Combine(TinyFolder, json.RootElement.GetProperty("file").GetString()!);
        Tokenizer tokenizer = Tokenizer.Load(file);
        using CausalLanguageModel model = ModelLoader.Load(file, kernels);
        foreach (JsonElement row in json.RootElement.GetProperty("rows").EnumerateArray())
        {
            int[] ids = [.. row.GetProperty("ids").EnumerateArray().Select(e => e.GetInt32())];
            Assert.Equal(ids, tokenizer.Encode(row.GetProperty("text").GetString()!, addSpecialTokens: true));
            using var cache = new KeyValueCache(model.Config, keepLayers: true);
            Innate.Compute.Memory.Matrix hidden = model.Forward(TokenTree.Of(ids), cache);
            HeadTrace trace = model.Trace(
                hidden, [.. Enumerable.Range(0, ids.Length)], [.. ids.Skip(1), 0], alpha: 1);
            for (int i = 0; i < ids.Length; i++)
            {
                Assert.Equal(row.GetProperty("logsumexp")[i].GetDouble(), trace.LogSumExp[i], 1e-4);
                Assert.Equal(row.GetProperty("mean_logit")[i].GetDouble(), trace.MeanLogit[i], 1e-4);
                if (i + 1 == ids.Length) continue;
                Assert.Equal(row.GetProperty("logprob")[i].GetDouble(), trace.Q[i] - trace.LogSumExp[i], 1e-4);
            }
        }
    }

    [SharedFact("models/smollm2")]
    public void SmolLM2_scores_text_as_the_reference_does()
    {
        using LanguageModel model = LanguageModel.Load(SmolFile);
        ChatFormat format = new(Tokenizer.Load(SmolFile), ChatTemplate.Load(SmolFile), new ChatFormatOptions(), SmolFile);
        int read = 0;
        foreach (string line in File.ReadLines(Path.Combine(SmolFolder, "rows.jsonl")))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement row = json.RootElement;
            int[] ids = [.. row.GetProperty("ids").EnumerateArray().Select(e => e.GetInt32())];
            EncodedPrompt prompt = format.EncodePrompt([.. row.GetProperty("messages").EnumerateArray().Select(
                m => new ConversationMessage(m.GetProperty("role").GetString()!, m.GetProperty("content").GetString()!))]);
            int[] response = format.EncodeResponse(prompt, row.GetProperty("response").GetString()!).Ids;
            Assert.Equal(row.GetProperty("prompt").GetString(), prompt.Text);
            Assert.Equal(ids, prompt.Ids.Concat(response));
            if (ids.Length > 300) continue; // a dozen rows of twice the length say nothing new here
            read++;
            TokenTrace trace = model.Trace([new TraceQuery(prompt.Ids, [response])])[0][0];
            double[] logProb = Numbers(row.GetProperty("logprob")), v = Numbers(row.GetProperty("v"));
            double[] certainty = Numbers(row.GetProperty("self_certainty"));
            Assert.Equal(response.Length, logProb.Length);
            for (int i = 0; i < logProb.Length; i++)
            {
                Assert.Equal(logProb[i], trace.LogProbability[i], 3e-4);
                Assert.Equal(v[i], trace.V[i], 3e-4);
                Assert.Equal(certainty[i], trace.SelfCertainty(i) - Math.Log(49152), 3e-4);
            }
        }

        Assert.True(read > 2);
    }

    [SharedFact("models/smollm2")]
    public void SmolLM2_writes_the_references_greedy_texts()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SmolFolder, "greedy.json")));
        JsonElement[] cases = [.. json.RootElement.EnumerateArray()];
        using LanguageModel model = LanguageModel.Load(SmolFile);
        Tokenizer tokenizer = Tokenizer.Load(SmolFile);
        ModelConfig config = ModelConfigReader.Read(SmolFile);
        int[][] prompts = [.. cases.Select(
            c => c.GetProperty("prompt_ids").EnumerateArray().Select(e => e.GetInt32()).ToArray())];
        IReadOnlyList<GeneratedResponse[]> written = model.Generate(prompts, 1, new SamplingOptions
        {
            Temperature = 0, MaxTokens = 64, StopIds = config.EndOfSequenceIds.ToHashSet(),
        });
        for (int i = 0; i < cases.Length; i++)
        {
            int[] ids = [.. cases[i].GetProperty("ids").EnumerateArray().Select(e => e.GetInt32())];
            Assert.Equal(ids, written[i][0].TokenIds);
            Assert.Equal(cases[i].GetProperty("prompt").GetString(), tokenizer.Decode(prompts[i]));
        }
    }
}
