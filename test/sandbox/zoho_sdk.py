"""Zoho's own SDK for Python as a client of the sandbox. Prints a line for each answer: status, class, items."""

import json
import sys

from zohocrmsdk.src.com.zoho.api.authenticator import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zohocrmsdk.src.com.zoho.api.logger import Logger
from zohocrmsdk.src.com.zoho.crm.api import Initializer, SDKConfig
from zohocrmsdk.src.com.zoho.crm.api.dc import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.org import OrgOperations
from zohocrmsdk.src.com.zoho.crm.api.record import BodyWrapper, Record, RecordOperations
from zohocrmsdk.src.com.zoho.crm.api.users import UsersOperations

url, client_id, client_secret, refresh_token, folder = sys.argv[1:]

Initializer.initialize(
    environment=DataCenter.Environment(url, url + "/oauth/v2/token", url),
    token=OAuthToken(client_id=client_id, client_secret=client_secret, refresh_token=refresh_token),
    store=FileStore(folder + "/tokens.csv"),
    sdk_config=SDKConfig(auto_refresh_fields=False, pick_list_validation=False),
    resource_path=folder,
    logger=Logger.get_instance(level=Logger.Levels.CRITICAL, file_path=folder + "/log"),
)


def tell(answer, items):
    kind = type(answer.get_object()).__name__
    names = [type(item).__name__ for item in items(answer.get_object())]
    print(json.dumps([answer.get_status_code(), kind, names]))


def body(fields):
    record = Record()
    for name, value in fields.items():
        record.add_key_value(name, value)
    wrapper = BodyWrapper()
    wrapper.set_data([record])
    return wrapper


contacts = RecordOperations("Contacts")
tell(contacts.upsert_records(body({"Last_Name": "Lee"})), lambda found: found.get_data())
tell(contacts.upsert_records(body({"First_Name": "Lee"})), lambda found: found.get_data())
tell(OrgOperations().get_organization(), lambda found: found.get_org())
tell(UsersOperations().get_users(), lambda found: found.get_users())
