using System.CommandLine;
using Innate.Generation;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary>The options of <c>innate generate</c>.</summary>
internal sealed class GenerateOptions
{
    private readonly Option<int> _maxTokens = Opt.Whole(
        "--max-tokens", "The most tokens of a response, its end token included", 256, 1, "a whole number of at least 1");

    private readonly Option<double> _temperature = Opt.Number(
        "--temperature", "Logits are divided by it; 0: always the likeliest token", 1, x => x >= 0, "a number of at least 0");

    private readonly Option<double> _topP = Opt.Number(
        "--top-p", "Keep the likeliest tokens that reach this probability together; 1: all", 1,
        x => x is > 0 and <= 1, "a number above 0, at most 1");

    private readonly Option<int> _topK =
        Opt.Whole("--top-k", "Keep the k likeliest tokens; 0: all", 0, 0, "a whole number of at least 0");

    private readonly Option<double> _minP = Opt.Number(
        "--min-p", "Keep the tokens at least so likely as a share of the likeliest one; 0: all", 0, x => x is >= 0 and <= 1,
        "a number from 0 to 1");

    private readonly Option<double> _repetition = Opt.Number(
        "--repetition-penalty", "Divides the logits of tokens that prompt or response already has; 1: nothing", 1, x => x > 0,
        "a number above 0");

    private readonly Option<double> _frequency = Opt.Number(
        "--frequency-penalty", "Taken from a token's logit for each time that the response has it", 0, _ => true, "a number");

    private readonly Option<double> _presence = Opt.Number(
        "--presence-penalty", "Taken once from the logit of a token that the response has", 0, _ => true, "a number");

    private readonly Option<ulong> _seed = Opt.Seed("--seed", "Decides every sample: one seed, one output");

    private readonly Option<bool> _noLookup = Opt.Flag(
        "--no-lookup",
        "One token a pass [off: what followed the same words before is guessed, and read several tokens a pass; the samples are "
        + "the same bits]");

    public Option<string?> Prompt { get; } =
        Opt.Text("--prompt", "TEXT", "The prompt: one user message, or with --raw the text itself [off: --in]");

    public Option<string?> Input { get; } = Opt.Text(
        "--in", "FILE", "Rows with \"prompt\", \"messages\" or \"prompt_ids\"; - is the pipe; implies --json [off: --prompt]");

    public Option<string?> Output { get; } = Opt.Text(
        "--out", "FILE", "With --in: the samples; - is the pipe. A file is written as FILE.partial until it is complete", "-");

    public ShardChoice Shards { get; } = new();

    public Option<bool> Resume { get; } = RowLoop.Resume();

    public Option<string[]> Stop { get; } =
        Opt.Many("--stop", "TEXT", "A text that ends a response, which keeps it; repeatable [off: none]");

    public Option<int> Count { get; } = Opt.Whole("--n", "Responses to each prompt", 1, 1, "a whole number of at least 1");

    public Option<bool> Json { get; } = Opt.Flag(
        "--json",
        "One JSON object a prompt: {\"prompt\", \"responses\": [{\"text\", \"ids\", \"logprobs\", \"finish_reason\"}]} [off: "
        + "text]");

    public void AddFirst(Command command)
    {
        command.Add(Prompt);
        command.Add(Input);
    }

    public void AddRest(Command command)
    {
        foreach (Option option in (Option[])
            [
                _maxTokens, _temperature, _topP, _topK, _minP, _repetition, _frequency, _presence, Stop, _seed, Count,
                _noLookup, Json, Output, Resume, Shards.Shard,
            ])
        {
            command.Add(option);
        }
    }

    /// <summary>Refuses an option of what runs here where an engine runs the model.</summary>
    public void RequireFor(ModelSource model, ParseResult parsed)
    {
        EngineOptions.RequireNoLogits(model);
        if ((model.Engine is not null || model.LlamaCpp is not null) && parsed.GetValue(_noLookup))
        {
            throw new InputException(
                $"{_noLookup.Name}: expected none beside --engine, which guesses no tokens here, found one.");
        }
    }

    /// <summary>How candidates of a search are sampled: unless told otherwise as GRACE's scripts do.</summary>
    /// <exception cref="InputException">Stop texts, which steps have of their own.</exception>
    public SamplingOptions SearchSampling(ParseResult parsed)
    {
        if (parsed.IsGiven(Stop)) throw new InputException("--stop: expected none beside --search, found one.");
        SamplingOptions sampling = Sampling(parsed);
        return sampling with
        {
            Temperature = parsed.IsGiven(_temperature) ? sampling.Temperature : 0.8,
            TopP = parsed.IsGiven(_topP) ? sampling.TopP : 0.95,
        };
    }

    /// <summary>How to sample.</summary>
    public SamplingOptions Sampling(ParseResult parsed) => new()
    {
        MaxTokens = parsed.GetValue(_maxTokens),
        Temperature = parsed.GetValue(_temperature),
        TopP = parsed.GetValue(_topP),
        TopK = parsed.GetValue(_topK),
        MinP = parsed.GetValue(_minP),
        RepetitionPenalty = parsed.GetValue(_repetition),
        FrequencyPenalty = parsed.GetValue(_frequency),
        PresencePenalty = parsed.GetValue(_presence),
        Seed = parsed.GetValue(_seed),
        Lookup = !parsed.GetValue(_noLookup),
    };
}
