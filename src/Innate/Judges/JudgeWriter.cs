using Innate.Generation;
using Innate.Generation.Formats;
using Innate.Traces;

namespace Innate.Judges;

/// <summary>What a judge wrote to one prompt.</summary>
/// <param name="Prompt">The ids that it goes on from.</param>
/// <param name="Ids">Its ids, less the one that ended it.</param>
/// <param name="LogProbabilities">Of those ids, in nats.</param>
/// <param name="Text">Its text.</param>
/// <param name="IsCut">Whether the limit ended it: within a format it was driven to the format's end, else it just stops.</param>
/// <param name="Likeliest">The likeliest token at each id; null where the generator does not tell.</param>
internal sealed record JudgeWriting(
    int[] Prompt, int[] Ids, double[] LogProbabilities, string Text, bool IsCut, IReadOnlyList<LikelyTokens>? Likeliest)
{
    /// <summary>What comes next goes on from here.</summary>
    public int[] Context => [.. Prompt, .. Ids];
}

/// <summary>Samples what a judge writes: free text, or text within a format where the generator keeps to one.</summary>
/// <param name="model">Who is asked.</param>
/// <param name="options">Temperature, seed, stop ids, whether formats are kept.</param>
/// <param name="source">What errors call the judge's prompt.</param>
internal sealed class JudgeWriter(JudgeModel model, JudgeOptions options, string source)
{
    private readonly ITextGenerator _generator = model.Generator
        ?? throw new InputException("reasoning: this model generates no text.");

    /// <summary>Whether what is written is held to its format.</summary>
    public bool KeepsFormats => _generator.KeepsFormats && !options.AnyFormat;

    /// <summary>What is written to each prompt, several times.</summary>
    /// <param name="prompts">Each prompt's ids.</param>
    /// <param name="times">How often each is answered.</param>
    /// <param name="tokens">The most tokens of an answer.</param>
    /// <param name="format">What it has to be; where formats are not kept it is free all the same. Null: free.</param>
    /// <param name="likeliest">Whether the likeliest tokens are wanted, where the generator tells them.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <returns>For each prompt its answers.</returns>
    /// <exception cref="InputException">A prompt that leaves no room.</exception>
    public IReadOnlyList<JudgeWriting[]> Write(
        IReadOnlyList<int[]> prompts, int times, int tokens, TokenFormat? format, bool likeliest, CancellationToken cancellation)
    {
        if (prompts.Count == 0) return [];
        foreach (int[] prompt in prompts) RequireRoom(prompt.Length, tokens);
        HashSet<int> stops = [.. options.StopIds];
        if (model.Format.EndOfTurnId is int end) stops.Add(end);
        SamplingOptions sampling = new()
        {
            MaxTokens = tokens,
            Temperature = options.Temperature,
            Seed = options.Seed,
            SeedsByPrompt = true,
            StopIds = stops,
            Format = KeepsFormats ? format : null,
            Likeliest = likeliest && _generator.KeepsFormats ? 1 : null,
        };
        IReadOnlyList<GeneratedResponse[]> groups = _generator.Generate(prompts, times, sampling, null, cancellation);
        return [.. groups.Select((group, i) => group.Select(r => Of(prompts[i], r, sampling)).ToArray())];
    }

    /// <summary>
    /// One answer to each context. What is drawn depends on the text before it: contexts of one question that are the same are
    /// one prompt with several answers, or all would get the same. Another question with the same text is not looked at.
    /// </summary>
    /// <param name="contexts">The contexts, question by question.</param>
    /// <param name="each">How many each question has.</param>
    /// <param name="tokens">The most tokens of an answer.</param>
    /// <param name="format">As in <see cref="Write"/>.</param>
    /// <param name="likeliest">As in <see cref="Write"/>.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <exception cref="InputException">A context that leaves no room.</exception>
    public JudgeWriting[] WriteEach(
        IReadOnlyList<int[]> contexts, int each, int tokens, TokenFormat? format, bool likeliest, CancellationToken cancellation)
    {
        JudgeWriting[] written = new JudgeWriting[contexts.Count];
        int[][] groups =
        [
            .. Enumerable.Range(0, contexts.Count)
                .GroupBy(i => (i / each, string.Join(' ', contexts[i]))).Select(g => g.ToArray()),
        ];
        foreach (IGrouping<int, int[]> times in groups.GroupBy(g => g.Length))
        {
            int[][] own = [.. times];
            IReadOnlyList<JudgeWriting[]> answers = Write(
                [.. own.Select(g => contexts[g[0]])], times.Key, tokens, format, likeliest, cancellation);
            for (int g = 0; g < own.Length; g++)
            {
                for (int i = 0; i < times.Key; i++) written[own[g][i]] = answers[g][i];
            }
        }

        return written;
    }

    private JudgeWriting Of(int[] prompt, GeneratedResponse response, SamplingOptions sampling)
    {
        int[] ids = response.SaidIds;
        bool isCut = response.FinishReason == FinishReason.Length
            || (sampling.Format is not null && response.TokenIds.Length >= sampling.MaxTokens);
        return new JudgeWriting(
            prompt, ids, response.LogProbabilities[..ids.Length], GeneratedText.Of(model.Tokenizer, prompt, response), isCut,
            response.Trace?.Likeliest);
    }

    /// <summary>Refuses a prompt that leaves no room.</summary>
    /// <param name="prompt">Its tokens.</param>
    /// <param name="tokens">The tokens to write in.</param>
    /// <exception cref="InputException">They are more than the context.</exception>
    public void RequireRoom(int prompt, int tokens)
    {
        int over = prompt + tokens - model.Traces.MaxPositions;
        if (over <= 0) return;
        throw new InputException(
            $"{source}: the judge's prompt of {prompt} tokens and {tokens} to write in are {prompt + tokens} tokens, "
            + $"{over} more than {model.Traces.ContextInWords}");
    }
}
