using Kinvite.Hosting;

return await KinviteProgram.RunAsync(args);
