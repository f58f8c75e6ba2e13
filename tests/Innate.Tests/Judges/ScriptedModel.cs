using Innate.Checkpoints;
using Innate.Generation;
using Innate.Judges;
using Innate.Models;
using Innate.Text;
using Innate.Traces;

namespace Innate.Tests.Judges;

/// <summary>A model that says what a test tells it to: the probability of each next token, from the text before it.</summary>
internal sealed class ScriptedModel(Func<string, string, double> probability) : ITraceSource
{
    public static readonly Tokenizer Tokenizer = Tokenizer.Load(EmbeddedModel.Folder);

    public static readonly ChatTemplate Template = ChatTemplate.Load(EmbeddedModel.Folder)!;

    public int VocabularySize => 512;

    public int MaxPositions { get; init; } = 4096;

    /// <summary>How often traces were asked for.</summary>
    public int Calls { get; private set; }

    /// <summary>The prompts that were asked, as text.</summary>
    public List<string> Prompts { get; } = [];

    /// <summary>A judge's model with this one's probabilities and innate-tiny's tokenizer and template.</summary>
    public JudgeModel Judge(ITextGenerator? generator = null, bool raw = false) =>
        new(this, Tokenizer, new ChatFormat(Tokenizer, Template, new ChatFormatOptions { Raw = raw }), generator);

    public IReadOnlyList<TokenTrace[]> Trace(
        IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default)
    {
        Calls++;
        return [.. queries.Select(q =>
        {
            Prompts.Add(Tokenizer.Decode(q.Prompt));
            return q.Responses.Select(r => Of(q.Prompt, r)).ToArray();
        })];
    }

    private TokenTrace Of(int[] prompt, int[] response) => new()
    {
        Tokens = response,
        Q = new double[response.Length],
        V = new double[response.Length],
        LogProbability =
        [
            .. response.Select((id, h) => Math.Log(
                probability(Tokenizer.Decode([.. prompt, .. response[..h]]), Tokenizer.Decode([id])))),
        ],
        Entropy = new double[response.Length],
        MeanLogit = new double[response.Length],
    };
}

/// <summary>A generator that says the given texts in turn, one a response.</summary>
internal sealed class ScriptedGenerator(params string[] texts) : ITextGenerator
{
    public IReadOnlyList<GeneratedResponse[]> Generate(
        IReadOnlyList<int[]> prompts, int responsesPerPrompt, SamplingOptions options, Action<GeneratedToken>? onToken = null,
        CancellationToken cancellation = default) =>
        [.. prompts.Select(_ => Enumerable.Range(0, responsesPerPrompt).Select(i => Say(texts[i], options)).ToArray())];

    private static GeneratedResponse Say(string text, SamplingOptions options)
    {
        int[] ids = [.. ScriptedModel.Tokenizer.Encode(text), options.StopIds.First()];
        return new GeneratedResponse(ids, new double[ids.Length], FinishReason.Stop);
    }
}
