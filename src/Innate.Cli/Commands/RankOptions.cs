using System.CommandLine;
using Innate.Cli.Terminal;

namespace Innate.Cli.Commands;

/// <summary>The options of <c>innate rank</c>, and which of them go together.</summary>
internal sealed class RankOptions
{
    public Option<string?> Prompt { get; } =
        Opt.Text("--prompt", "TEXT", "The prompt: one user message, or with --raw the text itself [off: --in]");

    public Option<string[]> Response { get; } = Opt.Many(
        "--response", "TEXT", "A response; repeat the option for each [off: --responses-file, --in or --sample]");

    public Option<string?> File { get; } = Opt.Text(
        "--responses-file", "FILE",
        "More responses: a JSON string or {\"response\": \"text\"} a line; - is the pipe [off: none]");

    public Option<string?> Columns { get; } = Opt.Columns();

    public Option<string?> Input { get; } = Opt.Text(
        "--in", "FILE", "Rows with a prompt and \"responses\", or with --sample only a prompt; - is the pipe [off: --prompt]");

    public Option<string?> Output { get; } = Opt.Text(
        "--out", "FILE", "With --in: the best responses; - is the pipe. A file is written as FILE.partial until it is complete",
        "-");

    public Option<bool> Sample { get; } = Opt.Flag("--sample", "Sample the responses from the model [off: they are given]");

    public Option<int> BestOf { get; } = Opt.Whole(
        "--best-of", "With --sample: how many to sample; the best is kept", 8, 1, "a whole number of at least 1");

    public Option<int> Top { get; } = Opt.Whole(
        "--top", "Show only the best N; 0: all, but of sampled ones only the best", 0, 0, "a whole number of at least 0");

    public Option<bool> Json { get; } = Opt.Flag(
        "--json", "One JSON object {\"ranking\": [{\"index\", \"response\", \"reward\"}...]} [off: a view for people]");

    public Option<bool> Tokens { get; } = Opt.Flag("--tokens", "With --json: also each response's trace [off: rewards only]");

    public Option<string?> Colour { get; } = Opt.Text(
        "--colour-by", "NAME",
        "What colours tokens: logprob (log pi(a|s) = Q(s,a) - V(s), where a slip stands out), reward (its part of the reward, "
        + "Q(s,a) - V(s')), or v (V(s)) [default: logprob for rewards made of likelihoods, else reward]");

    public ModelOptions Model { get; } = new();

    public ScorerChoice Scorer { get; } = new();

    public GuidanceChoice Guidance { get; } = new();

    public SampleChoice Sampling { get; } = new();

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Prompt, Response, File, Input, Output]) command.Add(option);
        Model.AddModelTo(command, adapter: true, engine: Engines.All);
        Scorer.AddTo(command);
        Guidance.AddTo(command);
        Model.AddFormatTo(command);
        command.Add(Sample);
        command.Add(BestOf);
        Sampling.AddTo(command);
        foreach (Option option in (Option[])[Top, Json, Tokens, Colour]) command.Add(option);
    }

    /// <summary>What colours tokens; null: what a reader of the reward looks for.</summary>
    public TokenColour? TokenColour(ParseResult parsed) => parsed.GetValue(Colour) is not { } name ? null
        : TokenColours.Parse(name)
            ?? throw new InputException(
                $"--colour-by: expected {string.Join(", ", TokenColours.Names)}, "
                + $"found '{name}'{NearestName.Hint(name, TokenColours.Names)}.");

    /// <summary>Refuses options that do not go together.</summary>
    /// <exception cref="InputException">An option that would do nothing.</exception>
    public void Check(ParseResult parsed)
    {
        if (!parsed.GetValue(Sample))
        {
            Sampling.RequireNone(parsed, "--sample");
            if (parsed.IsGiven(BestOf)) throw new InputException("--best-of: expected none without --sample, found one.");
        }

        bool hasRows = parsed.GetValue(Input) is not null;
        if (parsed.GetValue(Prompt) is null != hasRows)
        {
            throw new InputException("--prompt: expected either --prompt TEXT or --in FILE, found "
                + (hasRows ? "both." : "neither."));
        }

        Option? idle = ((Option[])(hasRows ? [Response, File, Top, Json, Tokens, Colour] : [Output]))
            .FirstOrDefault(o => parsed.IsGiven(o));
        if (idle is not null)
        {
            throw new InputException($"{idle.Name}: expected none without {(hasRows ? "--prompt" : "--in")}, found one.");
        }

        if (parsed.GetValue(Tokens) && parsed.GetValue(Scorer.Judge.Kind) is not null)
        {
            throw new InputException("--tokens: expected none with a judge, which leaves no trace of the responses, found it.");
        }
    }
}
