using Examples;

// dotnet run --project examples/Innate.Examples --
// score|stream|explain|chat|best-of-n|pipeline|services|server|metrics|watch|train|evaluate|world|tools|remote URL|llama FILE
TextWriter output = Console.Out;
switch (args)
{
    case ["score"]: ScoreResponses.Run(output); break;
    case ["stream"]: await StreamedScores.RunAsync(output); break;
    case ["explain"]: ExplainTokens.Run(output); break;
    case ["chat"]: await ChatClient.RunAsync(output); break;
    case ["best-of-n"]: await BestOfN.RunAsync(output); break;
    case ["pipeline"]: await RewardedChat.RunAsync(output); break;
    case ["services"]: await DependencyInjection.RunAsync(output); break;
    case ["server"]: await ServerInAnApp.RunAsync(output); break;
    case ["metrics"]: await EvaluateAnswers.RunAsync(output); break;
    case ["watch"]: WatchTheWork.Run(output); break;
    case ["train"]: TrainWithRewards.Run(output); break;
    case ["evaluate"]: EvaluateRewards.Run(output); break;
    case ["world"]: OwnWorld.Run(Console.In, output); break;
    case ["tools"]: await ToolServer.RunAsync(hasTools: true); break;
    case ["tools", "none"]: await ToolServer.RunAsync(hasTools: false); break;
    case ["remote", _]: RemoteModel.Run(output, args[1..]); break;
    case ["llama", _]: LlamaCppInProcess.Run(output, args[1..]); break;
    default:
        Console.Error.WriteLine(
            "expected one of score, stream, explain, chat, best-of-n, pipeline, services, server, metrics, watch, train, "
            + "evaluate, world, tools, remote URL, llama FILE");
        return 2;
}

return 0;
