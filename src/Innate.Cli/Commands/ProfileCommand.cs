using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Innate.Cli.Terminal;
using Innate.Runs.Profiles;
using Innate.Scoring.Profiles;

namespace Innate.Cli.Commands;

/// <summary><c>innate profile</c>: rewards steered by words, written, listed and tested.</summary>
internal static class ProfileCommand
{
    private const string Description = """
        Rewards steered by words, as small files (docs/profiles.md): write one, list them, test whether they steer.

        Examples:
          innate profile new brief --prefers "Answer in one short sentence."
          innate profile test profiles/brief.json profiles/kind.json --model DIR
          innate score --profile brief --in rows.jsonl
        """;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(CliIo io) => new("profile", Description)
    {
        ProfileNewCommand.Create(io),
        List(io),
        Test(io),
    };

    /// <summary>A profile's file, with comments that say what may stand in it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="prefers">Its words.</param>
    /// <param name="pairs">The value of "pairs", as JSON.</param>
    internal static string FileOf(string name, string prefers, string pairs) => $$"""
        {
          "name": {{JsonSerializer.Serialize(name, Readable)}},

          // What the reward prefers, in words: the system prompt under which responses are read.
          "prefers": {{JsonSerializer.Serialize(prefers, Readable)}},

          // A reward or an expression (docs/expressions.md).
          "reward": "endogenous",

          // The discount of endogenous rewards and its floor: "gamma": 0.95, "beta": 0.1
          // true: the reward less the mean over the responses that are compared, over their deviation.
          "normalize": false,

          // What you expect of it, for `innate profile test`: a file of JSON lines, or
          // [{"prompt": "", "chosen": "", "rejected": ""}]
          "pairs": {{pairs}},

          // The same wish in other words, for `innate profile test`; without them a rule makes three.
          "paraphrases": []
        }

        """;

    private static Command List(CliIo io)
    {
        Argument<string> folder = new("DIR")
        {
            Description = "The folder", DefaultValueFactory = _ => ProfileFinder.Folder, Arity = ArgumentArity.ZeroOrOne,
        };
        Command command = new("list", "List a folder's profiles; one that cannot be read is told so.") { folder };
        command.SetAction(parsed =>
        {
            string place = parsed.GetValue(folder)!;
            if (!Directory.Exists(place)) throw new InputException($"{place}: expected a folder of profiles, found none.");
            bool bad = false;
            using StreamWriter output = io.TextOutput();
            foreach (string file in ProfileFinder.Files(place))
            {
                try
                {
                    RewardProfile profile = ProfileReader.Read(file);
                    output.WriteLine($"{profile.Name}  {profile.Reward}  {profile.Pairs.Count} pairs  {profile.Prefers}");
                }
                catch (InputException e)
                {
                    bad = true;
                    io.Error.WriteLine($"innate: {e.Message}");
                }
            }

            return bad ? ExitCodes.BadInput : ExitCodes.Success;
        });
        return command;
    }

    private static Command Test(CliIo io)
    {
        Argument<string[]> files = new("FILE")
        {
            Description = "Profiles: files, or names of profiles/NAME.json", Arity = ArgumentArity.OneOrMore,
        };
        ModelOptions model = new();
        Option<string?> data = Opt.Text(
            "--data", "FILE", "Rows of several responses, whose orders with and without the words are compared too [off: none]");
        Option<string?> report = Opt.Text("--report", "FILE", "Write a page of the findings, HTML [off: none]");
        Option<bool> json = Opt.Flag("--json", "One JSON object [off: a view for people]");
        Option<bool> quiet = Opt.Flag("--quiet", "No progress on stderr [off: show it]");
        Command command = new("test", """
            Does it steer? Agreement on each profile's own pairs, with its words and without; the orders with and without; each
            other's pairs; other words for the same wish; and what a counter-order within a response does.
            """) { files };
        model.AddModelTo(command, adapter: true, engine: Engines.LlamaCpp);
        foreach (Option option in (Option[])[model.Template, model.ChatTemplate, data, report, json, quiet]) command.Add(option);
        command.SetAction(parsed =>
        {
            ProfileTestSettings settings = new()
            {
                Profiles = [.. parsed.GetValue(files)!.Select(ProfileFinder.Find)],
                Model = model.Source(parsed, io, note: !parsed.GetValue(quiet)),
                Format = model.Format(parsed),
                Data = parsed.GetValue(data),
                Report = parsed.GetValue(report),
            };
            ProfileTestResult result;
            using (RunView view = new(io, parsed.GetValue(quiet)))
            {
                result = new ProfileTestRun(settings) { OpenModel = io.OpenSource }.Execute(view, io.Cancellation);
            }

            if (parsed.GetValue(json))
            {
                io.WriteJson(result.ToJson());
                return ExitCodes.Success;
            }

            using StreamWriter output = io.TextOutput();
            output.Write(ProfileView.Render(result));
            return ExitCodes.Success;
        });
        return command;
    }
}
